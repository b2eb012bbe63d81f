package pinyin

// isDoubleSurname tells family names of two characters.
func isDoubleSurname(name string) bool {
	switch name {
	case "欧阳", "歐陽", "司马", "司馬", "上官", "诸葛", "諸葛", "夏侯", "尉迟", "尉遲", "皇甫", "东方", "東方", "慕容", "令狐", "司徒", "公孙", "公孫",
		"长孙", "長孫", "宇文", "轩辕", "軒轅", "端木", "南宫", "南宮", "独孤", "獨孤", "申屠", "西门", "西門", "百里", "呼延", "万俟", "闻人", "聞人",
		"赫连", "赫連", "澹台", "公冶", "宗政", "濮阳", "濮陽", "淳于", "单于", "單于", "太叔", "仲孙", "仲孫", "钟离", "鍾離", "鲜于", "鮮于", "闾丘", "闾邱":
		return true
	}
	return false
}

// surnameReading returns the reading of characters that are read otherwise, or not
// always so, elsewhere than in a family name; "": the usual one.
func surnameReading(name string) string {
	switch name {
	case "曾":
		return "zeng"
	case "单", "單":
		return "shan"
	case "解":
		return "xie"
	case "仇":
		return "qiu"
	case "查":
		return "zha"
	case "区", "區":
		return "ou"
	case "朴":
		return "piao"
	case "盖", "蓋":
		return "ge"
	case "任":
		return "ren"
	case "翟":
		return "zhai"
	case "乐", "樂":
		return "yue"
	case "缪", "繆":
		return "miao"
	case "覃":
		return "qin"
	case "召":
		return "shao"
	case "员", "員":
		return "yun"
	case "黑":
		return "he"
	case "折":
		return "she"
	case "尹":
		return "yin"
	case "沈":
		return "shen"
	case "石":
		return "shi"
	case "万", "萬":
		return "wan"
	case "尉迟", "尉遲":
		return "yuchi"
	case "万俟":
		return "moqi"
	case "单于", "單于":
		return "chanyu"
	}
	return ""
}
