package main

import "strings"

// description is what people are told of a model.
type description struct {
	title  string // its name in print
	source string // who described it
	leaves string // when customers leave, where P(alive) needs that to be understood
}

const (
	afterRepeat = " In this model customers leave after a repeat purchase only, so whoever has none counts as active (1.00); what is expected of them shows on the right."
	regularly   = ", with purchases more regular than at random"
)

// describe tells of a model by its name in reports, such as "bgcnbd-2".
func describe(name string) description {
	family, k, _ := strings.Cut(name, "-")
	if name == "paretonbd-cor" {
		return description{"Pareto/NBD with correlation", "Schmittlein, Morrison and Colombo 1987, with the correlation of Park and Fader 2004", ""}
	}
	switch family {
	case "nbd":
		return description{"NBD", "Ehrenberg 1959", " In this model nobody leaves, so everybody counts as active (1.00)."}
	case "bgnbd":
		return description{"BG/NBD", "Fader, Hardie and Lee 2005", afterRepeat}
	case "mbgnbd":
		return description{"MBG/NBD", "Batislam, Denizel and Filiztekin 2007", ""}
	case "paretonbd":
		return description{"Pareto/NBD", "Schmittlein, Morrison and Colombo 1987", ""}
	case "ggomnbd":
		return description{"GGompertz/NBD", "Bemmaor and Glady 2012", ""}
	case "bgcnbd":
		return description{"BG/CNBD-" + k, "Platzer and Reutterer 2016" + regularly, afterRepeat}
	case "mbgcnbd":
		return description{"MBG/CNBD-" + k, "Platzer and Reutterer 2016" + regularly, ""}
	case "gammagamma":
		return description{"Gamma-Gamma", "Fader and Hardie 2013", ""}
	case "bgbb":
		return description{"BG/BB", "Fader, Hardie and Shang 2010", ""}
	case "sbg":
		return description{"Shifted beta-geometric", "Fader and Hardie 2007", ""}
	case "bdw":
		return description{"Beta-discrete-Weibull", "Fader, Hardie, Liu, Davin and Steenburgh 2018", ""}
	}
	return description{title: name}
}

// model names a model and its paper.
func (d description) model() string {
	if d.source == "" {
		return d.title + " model"
	}
	return d.title + " model (" + d.source + ")"
}
