module github.com/rapport-crm/rapport/internal/dbtest

go 1.26.0

replace github.com/rapport-crm/rapport => ../../
