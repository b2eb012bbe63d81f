package identity

import (
	"slices"
	"strings"
	"unicode"
)

// headerReading is what the name of a column says.
type headerReading struct {
	kind    Kind        // 0: nothing
	skip    Recognition // a reason to leave it out whatever its values are
	isKey   bool        // it numbers rows: these or, with a kind, perhaps those of another file
	generic bool        // "name" or "title", of a person, a company or a place
}

// readHeader reads the name of a column.
func readHeader(column string) headerReading {
	if !isASCII(fold(column)) {
		return readChineseHeader(fold(column))
	}
	words := headerWords(column)
	whole := strings.Join(words, "")
	has := func(some ...string) bool {
		return slices.ContainsFunc(words, func(word string) bool { return slices.Contains(some, word) }) || slices.Contains(some, whole)
	}
	switch {
	case has("cluster", "clusterid", "entityid", "entity", "groundtruth", "goldid", "goldenid", "ismatch", "matchid", "duplicateof", "trueid", "truth"):
		return headerReading{skip: SkipTruth}
	case has("source", "sourcedataset", "sourcesystem", "sourcetable", "dataset", "filename", "import", "batch"):
		return headerReading{skip: SkipSource}
	case has("created", "updated", "modified", "inserted", "loaded", "timestamp", "createdat", "updatedat", "lastmodified", "extracted"):
		return headerReading{skip: SkipRecorded}
	case has("notes", "note", "remark", "remarks", "comment", "comments", "memo"):
		return headerReading{skip: SkipProse}
	case slices.Contains([]string{"id", "recid", "recordid", "rowid", "row", "rownumber", "rownum", "uniqueid", "uid", "uuid", "guid", "pk", "index", "idx", "seq", "sequence",
		"key", "recordnumber", "unnamed0", "sno", "srno", "slno", "serialno", "serialnumber", "lfdnr", ""}, whole):
		return headerReading{isKey: true}
	case has("email", "mail", "emailaddress", "eml") && !has("mailing"):
		return headerReading{kind: Email}
	case has("phone", "telephone", "tel", "mobile", "cell", "cellphone", "fax", "telefon", "handy", "phonenumber", "phoneno", "landline", "msisdn", "whatsapp"),
		has("contact", "contacts", "emergency") && has("number", "no", "num", "nr"):
		return headerReading{kind: Phone}
	case has("dob", "birth", "birthday", "birthdate", "dateofbirth", "bday", "born", "date", "geburtsdatum", "doj", "dod", "anniversary"):
		if has("place", "city", "country", "name") {
			return headerReading{kind: Name}
		}
		if has("year", "month", "day") && !has("date") && whole != "birthday" {
			return headerReading{kind: Code}
		}
		return headerReading{kind: Date}
	case has("postcode", "postalcode", "zip", "zipcode", "postal", "pincode", "plz", "ssn", "soc", "social", "passport", "tax", "vat", "tin", "nin", "nhs", "nino", "iban",
		"licence", "license", "isbn", "sku", "upc", "ean", "doi", "issn", "duns", "lei", "national", "registration", "plate", "medicare", "mrn"):
		return headerReading{kind: Code}
	case has("lat", "latitude", "lon", "lng", "long", "longitude", "price", "amount", "cost", "age", "weight", "height", "rating", "score", "salary", "income", "revenue", "turnover",
		"employees", "qty", "quantity", "count", "stars", "reviews", "population", "geolat", "geolon"):
		return headerReading{kind: Number}
	case has("customer", "client", "member", "membership", "account", "guest", "supplier", "vendor", "order", "file") && has("number", "no", "num", "nr", "code"):
		return headerReading{kind: Code, isKey: true}
	case has("number", "no", "num", "nr", "house", "housenumber", "streetnumber", "unit", "flat", "apartment", "code") && !has("name"):
		return headerReading{kind: Code}
	case has("url", "website", "web", "homepage", "domain", "link"):
		return headerReading{kind: Code}
	case has("address", "addr", "adress", "street", "road", "strasse", "adresse", "streetaddress", "addressline", "location") && !has("type"):
		return headerReading{kind: Address}
	case has("city", "town", "suburb", "locality", "state", "province", "region", "county", "country", "district", "borough", "municipality", "village", "neighborhood",
		"neighbourhood", "ort", "stadt", "ville", "prefecture", "territory", "nationality"):
		return headerReading{kind: Name}
	case has("company", "organisation", "organization", "org", "employer", "firm", "business", "corporation", "vendor", "supplier", "manufacturer", "firma", "legalname", "tradingname",
		"institution"):
		return headerReading{kind: Organisation}
	case has("surname", "forename", "given", "givenname", "first", "firstname", "last", "lastname", "middle", "middlename", "family", "familyname", "fname", "lname", "mname",
		"maiden", "nickname", "vorname", "nachname", "nom", "prenom", "fullname", "initials", "initial", "alias", "contact", "patient", "author"):
		return headerReading{kind: Name}
	case has("id", "key") || strings.HasSuffix(whole, "id") && len(whole) <= len("customerid"):
		return headerReading{isKey: true, kind: Code}
	case has("type", "category", "class", "cuisine", "genre", "gender", "sex", "salutation", "prefix", "suffix", "occupation", "job", "profession", "brand",
		"description", "status", "language", "marital", "race", "ethnicity", "title") && !has("name"):
		return headerReading{kind: Text, generic: has("title")}
	case has("name", "names", "hotel", "restaurant", "shop", "store", "venue", "place", "customer", "person"):
		return headerReading{kind: Name, generic: true}
	}
	return headerReading{}
}

// headerWords cuts the name of a column into words in lower case: date_of_birth,
// DateOfBirth and "Date of birth" alike. Digits go: address_2 is an address.
func headerWords(column string) []string {
	var out strings.Builder
	var last rune
	for _, r := range column {
		if unicode.IsUpper(r) && unicode.IsLower(last) || !unicode.IsLetter(r) {
			out.WriteByte(' ')
		}
		if unicode.IsLetter(r) {
			out.WriteRune(r)
		}
		last = r
	}
	return strings.Fields(fold(out.String()))
}

// readChineseHeader looks for what Chinese names of columns contain; the more special words
// come first, since 公司地址 is an address and 邮箱地址 is none.
func readChineseHeader(column string) headerReading {
	has := func(some ...string) bool {
		return slices.ContainsFunc(some, func(part string) bool { return strings.Contains(column, part) })
	}
	switch {
	case has("实体", "聚类", "重复组"):
		return headerReading{skip: SkipTruth}
	case has("来源", "數據源", "数据源"):
		return headerReading{skip: SkipSource}
	case has("创建", "創建", "更新", "修改", "录入", "時間戳", "时间戳"):
		return headerReading{skip: SkipRecorded}
	case has("备注", "備註", "说明", "說明", "描述"):
		return headerReading{skip: SkipProse}
	case has("序号", "序號", "行号", "记录号", "主键", "流水号", "记录编号"):
		return headerReading{isKey: true}
	case has("邮箱", "郵箱", "邮件", "郵件", "电邮", "電郵", "email", "mail"):
		return headerReading{kind: Email}
	case has("电话", "電話", "手机", "手機", "传真", "傳真", "联系方式", "联系号码", "联络号码", "座机"):
		return headerReading{kind: Phone}
	case has("类型", "類型", "类别", "類別", "性质", "性質", "规模", "規模", "行业", "行業"): // of a company as well
		return headerReading{kind: Text}
	case has("网址", "網址", "官网", "官網", "网站", "網站"):
		return headerReading{kind: Code}
	case has("法定代表人", "法人", "负责人", "負責人"):
		return headerReading{kind: Name}
	case has("邮编", "郵編", "邮政编码", "身份证", "身份證", "证件", "證件", "号码", "號碼", "税号", "稅號", "护照", "護照", "门牌", "信用代码", "执照", "车牌"):
		return headerReading{kind: Code}
	case has("日期", "生日", "出生", "时间", "時間"):
		if has("地") {
			return headerReading{kind: Name}
		}
		return headerReading{kind: Date}
	case has("经度", "經度", "纬度", "緯度", "价格", "價格", "金额", "金額", "年龄", "年齡", "评分", "評分", "数量", "數量", "人均", "收入"):
		return headerReading{kind: Number}
	case has("地址", "住址", "街道", "位置"):
		return headerReading{kind: Address}
	case has("编号", "編號", "编码", "編碼", "代码", "代碼", "工号", "账号", "帳號", "会员号", "客户号"):
		return headerReading{kind: Code, isKey: true}
	case has("公司", "企业", "企業", "单位", "單位", "机构", "機構", "供应商", "厂商", "雇主", "商户"):
		return headerReading{kind: Organisation}
	case has("城市", "省", "国家", "國家", "地区", "地區", "区县", "州", "籍贯", "民族") || column == "市" || column == "区" || column == "县":
		return headerReading{kind: Name}
	case has("性别", "性別", "职业", "職業", "职务", "称谓", "菜系", "品牌", "学历"):
		return headerReading{kind: Text}
	case has("姓名", "姓氏", "名字", "联系人", "昵称", "曾用名") || column == "姓" || column == "名":
		return headerReading{kind: Name}
	case has("名称", "名稱", "店名", "客户", "客戶", "标题", "酒店", "餐厅"):
		return headerReading{kind: Name, generic: true}
	}
	return headerReading{}
}
