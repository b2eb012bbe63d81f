package identity

import "strings"

// emailForm returns an address in lower case. It is valid if it is one that mail is in
// practice sent to, a subset of RFC 5322 (2008): a local part of 1 to 64 bytes in dot-atom
// form, and a host of at least two labels of letters, digits and inner hyphens (RFC 1123,
// 1989), in ASCII or in Unicode. Letters keep their marks, since mail for
// info@müller.example does not go to info@muller.example (RFC 5890, 2010; RFC 6531, 2012),
// and the dot between labels may be a Chinese one (RFC 3490, 2003).
func emailForm(value string, dropTags bool) Form {
	text := bareAddress(trimQuotes(foldMarked(value)))
	at := strings.LastIndexByte(text, '@')
	if at < 0 {
		return Form{Text: text}
	}
	local, host := text[:at], strings.ReplaceAll(text[at+1:], "。", ".")
	if !strings.HasSuffix(host, "..") {
		host = strings.TrimSuffix(host, ".")
	}
	if dropTags {
		if plain, _, tagged := strings.Cut(local, "+"); tagged && plain != "" {
			local = plain
		}
	}
	if len(local)+1+len(host) != len(text) { // each step above makes it shorter
		text = local + "@" + host
	}
	return Form{Text: text, Valid: isLocalPart(local) && isHost(host)}
}

// bareAddress takes off what addresses are written in: mailto: before it, or a name
// and pointed brackets, as in Mei Li <mei.li@mail.example>.
func bareAddress(text string) string {
	for {
		bare := text
		if end, ok := strings.CutSuffix(bare, ">"); ok {
			if at := strings.LastIndexByte(end, '<'); at >= 0 {
				bare = end[at+1:]
			}
		}
		bare = strings.Trim(strings.TrimPrefix(bare, "mailto:"), " '\"`")
		if bare == text {
			return text
		}
		text = bare
	}
}

// isLocalPart tells a dot-atom of RFC 5322, section 3.2.3.
func isLocalPart(local string) bool {
	if local == "" || len(local) > 64 || local[0] == '.' || local[len(local)-1] == '.' || strings.Contains(local, "..") {
		return false
	}
	for _, r := range local {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.':
		case strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r):
		case r >= 0x80 && isWordRune(r):
		default:
			return false
		}
	}
	return true
}

// isHost tells a host name with a domain.
func isHost(host string) bool {
	if len(host) > 253 || !strings.Contains(host, ".") {
		return false
	}
	last := ""
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, r := range label {
			if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && (r < 0x80 || !isWordRune(r)) {
				return false
			}
		}
		last = label
	}
	return last[0] < '0' || last[0] > '9' // not the end of an IP address
}
