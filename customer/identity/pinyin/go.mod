module github.com/rapport-crm/rapport/customer/identity/pinyin

go 1.26.0

require (
	github.com/mozillazg/go-pinyin v0.21.0
	github.com/rapport-crm/rapport v0.0.0
	github.com/stretchr/testify v1.12.1
	golang.org/x/text v0.43.0
)

require (
	github.com/shopspring/decimal v1.6.0 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
)

replace github.com/rapport-crm/rapport => ../../..
