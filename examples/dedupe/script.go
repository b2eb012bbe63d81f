package main

import (
	"unicode"

	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/identity/pinyin"
)

// keyer lets Chinese names meet their romanised spelling, in files that have Chinese
// names; nil for others.
func keyer(s *sources, f fields) identity.Keyer {
	for _, file := range s.files() {
		for _, record := range file.of(f.list) {
			for i, field := range f.list {
				if field.Kind == identity.Name && isChinese(record.Values[i]) {
					return pinyin.New()
				}
			}
		}
	}
	return nil
}

func isChinese(text string) bool {
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			return true
		}
	}
	return false
}
