package storetest

func modelCases() []Case { return nil }
