package identity

import "strings"

// isAbsent tells values that stand for none in exports of tables and forms. Names and
// texts keep all but those that nothing is called: Null and Nan are names.
func isAbsent(kind Kind, value string) bool {
	value = strings.TrimSpace(value)
	const longest = len("unknown")
	if value == "" || len(value) > longest {
		return false
	}
	switch value[0] {
	case 'n', 'N', 'u', 'U', '#', 0xE6, 0xE4: // the last two begin 无, 未, 暂 and 不
	default:
		return false
	}
	switch strings.ToLower(value) {
	case "n/a", "#n/a":
		return true
	case "null", "nan", "none", "unknown", "无", "未知", "不详", "暂无":
		return kind != Name && kind != Organisation && kind != Text
	case "na": // as a code it is a country
		return kind == Date || kind == Phone || kind == Email || kind == Number
	}
	return false
}

// unquoted folds a value that is no words, and takes quotes off its ends:
// spreadsheets mark digits that are no number with one.
func unquoted(value string) string { return trimQuotes(fold(value)) }

func trimQuotes(text string) string { return strings.Trim(text, " '\"`") }
