module github.com/rapport-crm/rapport/internal/compare

go 1.26.0

require (
	github.com/govalues/decimal v0.1.36
	github.com/looplab/fsm v1.0.3
	github.com/qmuntal/stateless v1.7.2
	github.com/rapport-crm/rapport v0.0.0
	github.com/shopspring/decimal v1.6.0
	gonum.org/v1/gonum v0.17.0
)

require golang.org/x/tools v0.30.0 // indirect

replace github.com/rapport-crm/rapport => ../../
