package main

// selection says why a model was chosen.
type selection struct{}
