module github.com/rapport-crm/rapport/internal/compare

go 1.26.0

require github.com/rapport-crm/rapport v0.0.0

replace github.com/rapport-crm/rapport => ../../
