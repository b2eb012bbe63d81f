package rapport

import "strconv"

// quote writes a text that was refused into a message: quoted, and cut where a
// hostile or mistaken caller sent more than a reader wants to see.
func quote(text string) string {
	const most = 80 // bytes
	if len(text) > most {
		return strconv.Quote(text[:most]) + "…"
	}
	return strconv.Quote(text)
}
