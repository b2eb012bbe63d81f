package identity_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer/identity"
)

// recognised returns "kind" or "skip reason" of each column of a file written as CSV
// without quotes, its rows repeated with other digits so that there are enough.
func recognised(t *testing.T, file string) map[string]string {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(file), "\n")
	columns := strings.Split(lines[0], "|")
	var rows [][]string
	for _, line := range lines[1:] {
		row := strings.Split(line, "|")
		require.Len(t, row, len(columns), line)
		rows = append(rows, row)
	}
	found := make(map[string]string)
	for i, r := range identity.Recognise(columns, slices.Values(rows)) {
		require.Equal(t, columns[i], r.Column)
		require.Equal(t, r.Skip, r.Kind == 0)
		found[r.Column] = r.Kind.String()
		if r.Skip {
			found[r.Column] = "skip " + string(r.Reason)
		}
	}
	return found
}

func TestRecogniseFiles(t *testing.T) {
	for _, c := range []struct {
		name, file string
		want       map[string]string
	}{
		{"persons", `
rec_id|given_name|surname|street_number|address_1|address_2|suburb|postcode|state|date_of_birth|soc_sec_id
rec-1-org|mei|sample|8|stanley street|miami|winston hills|4223|nsw|19151111|5304218
rec-2-org|jane|muster|12|pinkerton circuit|bega flats|richlands|0560|vic|19161214|4066625
rec-3-org|john|||light setreet|pinehill|windermere|3212|vic|19651013|1551941
`, map[string]string{"rec_id": "skip key", "given_name": "name", "surname": "name", "street_number": "code", "address_1": "address", "address_2": "address",
			"suburb": "name", "postcode": "code", "state": "name", "date_of_birth": "date", "soc_sec_id": "code"}},
		{"persons, short", `
unique_id|first_name|surname|dob|city|email|cluster
0|Julia ||2015-10-29|London|mei@mail.example|0
1|Julia |Sample|2015-07-31|Lodnon|mei@mail.example|0
2|Noah|Muster|2016-01-29|Leeds|noah@mailexample|1
`, map[string]string{"unique_id": "skip key", "first_name": "name", "surname": "name", "dob": "date", "city": "name", "email": "email", "cluster": "skip truth"}},
		{"restaurants", `
id|name|addr|city|phone|type
1|sample grill of the valley|435 s. la plaza blv.|los angeles|310/555-0101|american
2|chez exemple|12224 example blvd.|studio city|818/555-0102|french (new)
3|the very old muster house & bar|701 main rd.|bel air|310-555-0103|californian
`, map[string]string{"id": "skip key", "name": "text", "addr": "address", "city": "name", "phone": "phone", "type": "text"}},
		{"hotels with places", `
HotelName|Street|Zip|Country|Latitude|Longitude|Stars|PricePerNight|Website|Description
Hotel Muster am See Garni|Musterstr. 7|10115|DE|52.5301|13.3847|4|120.00|https://muster.example|A house by the lake
Sample Inn and Spa Resort|12 Example Rd|04103|DE|51.3402|12.3601|5|99.50|https://inn.example|Rooms with a view
Pension Beispiel|Beispielweg 1|99084|AT|50.9781|11.0299|3|45|https://pension.example|Quiet and clean
`, map[string]string{"HotelName": "text", "Street": "address", "Zip": "code", "Country": "name", "Latitude": "number", "Longitude": "number", "Stars": "number",
			"PricePerNight": "number", "Website": "code", "Description": "text"}},
		{"companies", `
CompanyName|RegNo|VAT number|Address Line 1|Phone No.|Employees|Created At
Sample Trading Ltd|0123456|GB 123 4567 89|1 Example Street|+44 20 5550 0101|12|2020-01-01T00:00:00Z
Muster GmbH|HRB 1234|DE123456789|Musterstr. 1|+49 30 5550 0102|250|2020-01-02T00:00:00Z
`, map[string]string{"CompanyName": "organisation", "RegNo": "code", "VAT number": "code", "Address Line 1": "address", "Phone No.": "phone", "Employees": "number",
			"Created At": "skip recorded"}},
		{"Chinese persons", `
编号|姓名|性别|出生日期|身份证号|手机号码|电子邮箱|家庭住址|城市|邮编|备注|创建时间
K001|李梅|女|1980年6月19日|110101198006190011|13800000001|mei@mail.example|广东省广州市天河区体育东路12号|广州|510000|老客户|2020-01-01
K002|王小明|男|1979年12月1日|110101197912010022|13800000002|wang@mail.example|北京市海淀区中关村大街1号|北京|100000|新客户|2020-01-02
`, map[string]string{"编号": "skip key", "姓名": "name", "性别": "text", "出生日期": "date", "身份证号": "code", "手机号码": "phone", "电子邮箱": "email", "家庭住址": "address",
			"城市": "name", "邮编": "code", "备注": "skip prose", "创建时间": "skip recorded"}},
		{"Chinese companies", `
序号|客户名称|公司地址|联系人|联系电话|统一社会信用代码|类型
1|样品贸易（广州）有限公司|广东省广州市天河区体育东路12号|李梅|020-55500101|91440101MA5XXXXX01|企业
2|示例科技股份有限公司|北京市海淀区中关村大街1号|王小明|010-55500102|91110101MA5XXXXX02|个体
`, map[string]string{"序号": "skip key", "客户名称": "organisation", "公司地址": "address", "联系人": "name", "联系电话": "phone", "统一社会信用代码": "code", "类型": "text"}},
		{"by values alone", `
a|b|c|d|e|f|g|h|i|j|k
Mei Li|mei@mail.example|(212) 555-0101|12 Main St|1980-06-19|04103|3.5|AB-1234|Sample Ltd||x
Jane Sample|jane@mail.example|(212) 555-0102|7 Example Ave|1979-12-01|10115|2.25|XY-9876|Muster GmbH||x
John Muster|john@mail.example|(212) 555-0103|99 Third Rd|1981-01-31|99084|10|QQ-0001|Exemple SA||x
`, map[string]string{"a": "name", "b": "email", "c": "phone", "d": "address", "e": "date", "f": "code", "g": "number", "h": "code", "i": "organisation",
			"j": "skip empty", "k": "skip constant"}},
		{"dates and numbers under words for names", `
first seen|last login|contact
2020-01-05|2023-04-01 10:00|(212) 555-0101
2020-02-05|2023-04-02 11:00|(212) 555-0102
2020-03-06|2023-05-09 09:30|(212) 555-0103
`, map[string]string{"first seen": "date", "last login": "date", "contact": "phone"}},
		{"names that the values contradict", `
email|phone|date|price|name
12 Main St|front desk|Main hall|cheap|1
7 Example Ave|bar|Side room|dear|2
99 Third Rd|n/a|Garden|cheap|4
`, map[string]string{"email": "address", "phone": "name", "date": "name", "price": "name", "name": "number"}},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, recognised(t, c.file)) })
	}
}

func TestRecogniseHeaders(t *testing.T) {
	for want, headers := range map[string][]string{
		"email":        {"email", "E-mail", "EMAIL_ADDRESS", "emailAddress", "Contact e-mail", "email1", "邮箱", "电子邮件", "Email地址"},
		"phone":        {"phone", "Phone Number", "phone_no", "tel", "TelNo", "mobile", "CellPhone", "fax", "home_phone", "telephone1", "Contact Number", "contact_no", "WhatsApp", "电话", "联系电话", "手机号", "联系号码"},
		"date":         {"dob", "DOB", "date_of_birth", "DateOfBirth", "Date of Birth", "birth date", "birthday", "BirthDate", "出生日期", "生日"},
		"code":         {"zip", "ZIP code", "postcode", "postal_code", "PostalCode", "ssn", "SSN", "soc_sec_id", "passport_no", "street_number", "house no", "HouseNumber", "tax_id", "邮编", "身份证号码", "证件号", "公司网址"},
		"address":      {"address", "addr", "addr1", "address_2", "StreetAddress", "street", "home address", "mailing_address", "地址", "详细地址"},
		"name":         {"first_name", "FirstName", "firstname", "given name", "fname", "last_name", "LNAME", "surname", "middle_name", "full_name", "name", "city", "CityName", "suburb", "state", "county", "姓名", "姓", "城市", "省份", "企业法人", "法定代表人"},
		"organisation": {"company", "company_name", "CompanyName", "employer", "organisation", "Organization", "公司", "公司名称", "工作单位"},
		"number":       {"lat", "latitude", "LON", "price", "Total Amount", "age", "rating", "年龄", "价格"},
		"text":         {"type", "category", "gender", "sex", "cuisine", "occupation", "job title", "性别", "类型", "公司类型", "企业性质", "证件类型"},
		"skip key":     {"id", "ID", "rec_id", "RecordID", "unique_id", "row number", "uuid", "S.No", "Serial Number", "Customer Number", "account_no", "member code", "序号", "客户编号"},
		"skip truth":   {"cluster", "cluster_id", "entity_id"},
		"skip source":  {"source", "source_dataset", "来源"},
	} {
		values := map[string][]string{"email": {"mei@mail.example", "li@mail.example"}, "phone": {"13800000001", "212 555 0102"}, "date": {"19800619", "1/2/1980"},
			"number": {"1.5", "2"}}[want]
		if values == nil {
			values = []string{"mei", "li"}
		}
		for _, header := range headers {
			got := recognised(t, header+"\n"+strings.Join(values, "\n"))
			require.Equal(t, want, got[header], header)
		}
	}
}

func TestRecogniseDayFirst(t *testing.T) {
	for dates, want := range map[string]bool{
		"19/06/1980 03/04/1981": true, "06/19/1980 03/04/1981": false, "03/04/1981 05/06/1982": false, "1980-06-19": false, "19.6.1980 6.19.1980 20.1.1980": true,
		"19800619": false, "1618-10-11 1796-01-12": false,
	} {
		var rows [][]string
		for date := range strings.FieldsSeq(dates) {
			rows = append(rows, []string{date})
		}
		if !strings.HasPrefix(dates, "16") {
			rows = append(rows, []string{"01/02/1990"})
		}
		got := identity.Recognise([]string{"dob"}, slices.Values(rows))[0]
		require.Equal(t, identity.Date, got.Kind, dates)
		require.Equal(t, want, got.DayFirst, dates)
	}
}

func TestRecogniseCounts(t *testing.T) {
	rows := [][]string{{"mei", "1"}, {" mei "}, {""}, {"li", "2", "more"}}
	got := identity.Recognise([]string{"who", "n"}, slices.Values(rows))
	require.Equal(t, identity.Recognised{Column: "who", Kind: identity.Name, Reason: identity.ByContent, Filled: rapport.Ratio{Num: 3, Den: 4, N: 4}, Distinct: 2}, got[0])
	require.Equal(t, rapport.Ratio{Num: 2, Den: 4, N: 4}, got[1].Filled)
	require.Empty(t, identity.Recognise(nil, slices.Values(rows)))
	none := identity.Recognise([]string{"name"}, slices.Values([][]string(nil)))
	require.Equal(t, []identity.Recognised{{Column: "name", Skip: true, Reason: identity.SkipEmpty}}, none)
}

// A column of consecutive numbers counts rows whatever it is called.
func TestRecogniseRowNumbers(t *testing.T) {
	var rows [][]string
	for i := range 20 {
		rows = append(rows, []string{fmt.Sprint(100 + i), fmt.Sprint(100 + 7*i*i)})
	}
	for _, header := range []string{"lfd", "No.", "Nr"} {
		got := identity.Recognise([]string{header, "what"}, slices.Values(rows))
		require.Equal(t, identity.SkipKey, got[0].Reason, header)
		require.Equal(t, identity.Number, got[1].Kind)
	}
}

func TestRecogniseTakesAnything(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		columns := rapid.SliceOfN(rapid.Custom(drawValue), 1, 3).Draw(r, "columns")
		rows := rapid.SliceOfN(rapid.SliceOfN(rapid.Custom(drawValue), 0, 4), 0, 5).Draw(r, "rows")
		got := identity.Recognise(columns, slices.Values(rows))
		require.Len(r, got, len(columns))
		for i, c := range got {
			require.Equal(r, columns[i], c.Column)
			require.Equal(r, c.Skip, c.Kind == 0)
			require.NotEmpty(r, c.Reason)
			require.Equal(r, !c.Skip, c.Kind.IsValid())
		}
	})
}

func BenchmarkRecognise(b *testing.B) {
	columns := []string{"given_name", "addr", "dob", "phone"}
	rows := make([][]string, 10_000)
	for i := range rows {
		rows[i] = []string{fmt.Sprint("mei ", i), fmt.Sprint(i, " Main St"), fmt.Sprint(19000101 + i), fmt.Sprintf("212 555 %04d", i)}
	}
	b.ReportAllocs()
	for b.Loop() {
		identity.Recognise(columns, slices.Values(rows))
	}
}

// A number and a short one behind it are a month only in a year of our time: else they
// are the number of an article and of its variant.
func TestRecogniseVariantsAreNoMonths(t *testing.T) {
	var articles, months [][]string
	for i := range 60 {
		articles = append(articles, []string{fmt.Sprintf("%d-%02d", 4711+i*37, 1+i%6)})
		months = append(months, []string{fmt.Sprintf("%d-%02d", 1960+i, 1+i%6)})
	}
	kind := func(rows [][]string) identity.Kind {
		return identity.Recognise([]string{"c"}, slices.Values(rows))[0].Kind
	}
	require.NotEqual(t, identity.Date, kind(articles))
	require.Equal(t, identity.Date, kind(months))
}
