// Package numeric holds the special functions, quadratures and the optimiser
// under the statistical rooms. Each function states its relative error and the
// domain on which it was checked against tables of 50 digits in testdata.
package numeric
