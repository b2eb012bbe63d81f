package identity

import "strings"

// personName returns the words of a name in their order, without titles before
// and suffixes behind, as long as something is left.
func personName(value string, keepTitles bool) string {
	name := words(value, splitInitials)
	if keepTitles {
		return name
	}
	for {
		first, rest, more := strings.Cut(name, " ")
		if !more || !isTitle(first) {
			break
		}
		name = rest
	}
	for {
		at := strings.LastIndexByte(name, ' ')
		if at < 0 || !isNameSuffix(name[at+1:]) {
			break
		}
		name = name[:at]
	}
	return withoutHonorific(name)
}

func isTitle(word string) bool {
	switch word {
	case "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "madam", "mme", "mlle", "herr", "frau", "sr", "sra", "srta", "rev", "hon":
		return true
	}
	return false
}

func isNameSuffix(word string) bool {
	switch word {
	case "jr", "sr", "junior", "senior", "ii", "iii", "iv", "esq", "phd", "md", "mba", "dds", "cpa":
		return true
	}
	return false
}

// withoutHonorific takes the form of address off a Chinese name, of which at least
// one character is left: 李先生 is 李.
func withoutHonorific(name string) string {
	if isASCII(name) {
		return name
	}
	for {
		rest := name
		for _, honorific := range []string{"先生", "女士", "小姐", "太太", "夫人", "博士", "教授", "老师", "医生"} {
			rest = strings.TrimSuffix(rest, honorific)
		}
		rest = strings.TrimSuffix(rest, " ")
		if rest == "" || rest == name {
			return name
		}
		name = rest
	}
}
