package identity

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// SplitOrganisation returns the standard form of a company's name without its
// legal form, and the legal form: "sample trading" and "co ltd" of "Sample Trading
// Co., Ltd.", 样品贸易 and 有限公司 of 样品贸易有限公司. Several forms in a row all count, such as
// 集团有限公司 or "GmbH & Co. KG". A region in brackets behind the form moves into the core:
// 样品贸易有限公司(广州) is 样品贸易广州, as 样品贸易(广州)有限公司 is. A name that
// is nothing but a legal form is all core.
//
// A value that is not UTF-8 or longer than [MaxValueLength] is a *[TextError].
func SplitOrganisation(value string) (core, suffix string, err error) {
	if err := checkValue(value); err != nil {
		return "", "", err
	}
	core, suffix = splitOrganisation(value)
	return core, suffix, nil
}

func splitOrganisation(value string) (core, suffix string) {
	head, region := bracketed(value)
	if region != "" {
		if core, suffix = cutLegalForms(words(head, joinInitials)); suffix != "" {
			core, _ = cutLegalForms(words(core+" "+region, joinInitials))
			return core, suffix
		}
	}
	return cutLegalForms(words(value, joinInitials))
}

// bracketed cuts a text that ends in brackets, of half or full width, into what is
// before them and in them.
func bracketed(value string) (head, inside string) {
	value = strings.TrimSpace(value)
	rest, ok := strings.CutSuffix(value, ")")
	if !ok {
		if rest, ok = strings.CutSuffix(value, "）"); !ok {
			return value, ""
		}
	}
	at, size := strings.LastIndexByte(rest, '('), 1
	if wide := strings.LastIndex(rest, "（"); wide > at {
		at, size = wide, len("（")
	}
	if at < 0 {
		return value, ""
	}
	return rest[:at], rest[at+size:]
}

// cutLegalForms cuts all legal forms off the end of a name in words, unless only one of
// them would be left.
func cutLegalForms(name string) (core, suffix string) {
	core = name
	for {
		at := legalFormAt(core)
		if at <= 0 {
			break
		}
		core = strings.TrimRight(core[:at], " ")
	}
	if isLegalForm(core) || slices.Contains(chineseLegalForms(), core) {
		return name, ""
	}
	return core, strings.TrimLeft(name[len(core):], " ")
}

// legalFormAt returns where the last legal form of a name in words begins; 0 or
// less: it has none, or is nothing else.
func legalFormAt(name string) int {
	if name == "" {
		return -1
	}
	if name[len(name)-1] >= utf8.RuneSelf {
		if last, _ := utf8.DecodeLastRuneInString(name); !endsChineseForm(last) {
			return -1
		}
		for _, form := range chineseLegalForms() {
			if strings.HasSuffix(name, form) {
				return len(name) - len(form)
			}
		}
		return -1
	}
	at := strings.LastIndexByte(name, ' ')
	if at < 0 {
		return -1
	}
	last := name[at+1:]
	if isLegalForm(last) {
		if head := name[:at]; strings.HasSuffix(head, " and") { // Smith & Co.
			return at - len(" and")
		}
		return at
	}
	for _, form := range partedLegalForms() {
		if strings.HasSuffix(name, form) {
			return len(name) - len(form)
		}
	}
	return -1
}

// isLegalForm tells the words that end the names of companies and say what they
// are in law, or that they are a group. Dots are gone: S.A. is "sa".
func isLegalForm(word string) bool {
	switch word {
	case "co", "company", "cos", "corp", "corporation", "inc", "incorporated", "ltd", "limited", "llc", "llp", "lllp", "lp", "plc", "pllc", "pc",
		"pte", "pty", "pvt", "private", "unlimited", "group", "holding", "holdings",
		"gmbh", "mbh", "ag", "kg", "kgaa", "ohg", "ug", "ev", "eg", "gbr", "se",
		"sa", "sas", "sasu", "sarl", "eurl", "sci", "snc", "scs", "sca",
		"srl", "spa", "sapa", "sl", "slu", "sau", "ltda", "eireli", "cv", "sab",
		"bv", "nv", "vof", "bvba", "cvba",
		"ab", "hb", "as", "asa", "ans", "aps", "oy", "oyj", "ky",
		"doo", "dd", "sro", "spzoo", "kft", "zrt", "nyrt", "bt", "ooo", "oao", "zao", "pao", "jsc", "pjsc", "cjsc", "ojsc",
		"bhd", "sdn", "tbk", "kk", "gk", "yk", "cc", "aktiengesellschaft", "gesellschaft", "kabushiki", "kaisha":
		return true
	}
	return false
}

// partedLegalForms are legal forms whose letters stand apart.
func partedLegalForms() []string {
	return []string{" s a r l", " s p a", " s r l", " s a s", " s a", " s l", " b v", " n v", " a g", " a s", " l l c", " l l p", " l p", " p l c", " k k",
		" sa de", " s de rl", " sp z oo", " sp z o o", " s r o", " d o o"}
}

// chineseLegalForms are the forms of Chinese and Japanese company names, longer ones before
// those that end them.
func chineseLegalForms() []string {
	return []string{"股份有限公司", "有限责任公司", "集团有限公司", "股份公司", "有限公司", "股份有限公司", "有限責任公司", "集團有限公司", "股份公司",
		"控股公司", "集团公司", "集團公司", "总公司", "總公司", "集团", "集團", "控股", "公司", "株式会社", "株式會社", "有限会社", "合同会社", "合伙企业", "有限合伙"}
}

// endsChineseForm tells the last characters of those forms.
func endsChineseForm(r rune) bool {
	switch r {
	case '司', '团', '團', '股', '社', '业', '伙':
		return true
	}
	return false
}
