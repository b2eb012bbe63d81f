package identity

import "strings"

// addressText returns the words of an address with those for streets, parts of
// buildings and directions spelled out, so that their misspellings stay close to them,
// and Chinese addresses parted behind province, city, district, road and number.
func addressText(value string) string {
	text := words(value, joinInitials)
	if !isASCII(text) {
		text = partedAddress(text)
	}
	// Most addresses are spelled out as they are: look first, then write.
	spelled := false
	wordsBefore := false
	for word := range strings.SplitSeq(text, " ") {
		if spelledOut(word, wordsBefore) != word {
			spelled = true
			break
		}
		wordsBefore = wordsBefore || isLettered(word)
	}
	if !spelled {
		return text
	}
	var out strings.Builder
	out.Grow(len(text) + 16)
	wordsBefore = false
	for word := range strings.SplitSeq(text, " ") {
		full := spelledOut(word, wordsBefore)
		wordsBefore = wordsBefore || isLettered(word)
		if full == "" {
			continue
		}
		if out.Len() > 0 {
			out.WriteByte(' ')
		}
		out.WriteString(full)
	}
	return out.String()
}

// isLettered tells a word that begins with a letter.
func isLettered(word string) bool { return word != "" && (word[0] < '0' || word[0] > '9') }

// spelledOut returns the word for an abbreviation used in addresses, any other word
// as it is. St before any other word is a saint.
func spelledOut(word string, wordsBefore bool) string {
	if len(word) > 4 {
		if strings.HasSuffix(word, "str") && isASCII(word) { // Hauptstr.
			return word + "asse"
		}
		return longAbbreviation(word)
	}
	switch word {
	case "st":
		if !wordsBefore {
			return "saint"
		}
		return "street"
	case "str":
		return "street"
	case "rd":
		return "road"
	case "ave", "av", "avn":
		return "avenue"
	case "avda":
		return "avenida"
	case "blvd", "blv", "bvd", "bld", "bd":
		return "boulevard"
	case "dr", "drv":
		return "drive"
	case "ln":
		return "lane"
	case "ct", "crt":
		return "court"
	case "cct":
		return "circuit"
	case "cir":
		return "circle"
	case "cl":
		return "close"
	case "cres", "cr", "crs":
		return "crescent"
	case "pl":
		return "place"
	case "plz":
		return "plaza"
	case "pde":
		return "parade"
	case "pkwy", "pky":
		return "parkway"
	case "hwy":
		return "highway"
	case "fwy":
		return "freeway"
	case "expy":
		return "expressway"
	case "tpke":
		return "turnpike"
	case "sq":
		return "square"
	case "ter", "tce", "terr":
		return "terrace"
	case "grv", "gr", "gve":
		return "grove"
	case "gdns":
		return "gardens"
	case "esp":
		return "esplanade"
	case "rte":
		return "route"
	case "mt":
		return "mount"
	case "ft":
		return "fort"
	case "hts":
		return "heights"
	case "ctr", "cntr":
		return "centre"
	case "bldg":
		return "building"
	case "apt", "ste", "flat", "u", "unt":
		return "unit"
	case "rm":
		return "room"
	case "fl", "flr":
		return "floor"
	case "n":
		return "north"
	case "s":
		return "south"
	case "e":
		return "east"
	case "w":
		return "west"
	case "ne":
		return "northeast"
	case "nw":
		return "northwest"
	case "se":
		return "southeast"
	case "sw":
		return "southwest"
	case "1st":
		return "first"
	case "2nd":
		return "second"
	case "3rd":
		return "third"
	case "4th":
		return "fourth"
	case "5th":
		return "fifth"
	case "6th":
		return "sixth"
	case "7th":
		return "seventh"
	case "8th":
		return "eighth"
	case "9th":
		return "ninth"
	case "10th":
		return "tenth"
	}
	return word
}

// longAbbreviation is spelledOut for words of five letters and more.
func longAbbreviation(word string) string {
	switch word {
	case "suite", "apartment":
		return "unit"
	case "center":
		return "centre"
	case "strasse":
		return "street"
	}
	return word
}

// partedAddress puts a blank behind each level of a Chinese address.
func partedAddress(text string) string {
	var out strings.Builder
	out.Grow(len(text) + 16)
	var last rune // of the word that is being written
	length := 0   // of it, in characters
	for _, r := range text {
		if length > 1 && isAddressLevel(last) && r != ' ' && !isAddressLevel(r) {
			out.WriteByte(' ')
			length = 0
		}
		out.WriteRune(r)
		last = r
		length++
		if r == ' ' {
			length = 0
		}
	}
	return out.String()
}

// isAddressLevel tells the characters that end a level of a Chinese address.
func isAddressLevel(r rune) bool {
	switch r {
	case '省', '市', '区', '區', '县', '縣', '镇', '鎮', '乡', '鄉', '村', '路', '街', '道', '巷', '弄', '号', '號', '楼', '樓', '栋', '棟', '幢', '室', '层', '層':
		return true
	}
	return false
}
