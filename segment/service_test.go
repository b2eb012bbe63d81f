package segment_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/segment"
)

func services() []segment.ServiceVersion {
	small := segment.Service{Tier: "small", SLA: 48 * time.Hour}
	return []segment.ServiceVersion{
		{rapport.MustInterval("2025-01-01T00:00:00Z/.."), []segment.Service{{"VIP", time.Hour, 2000, 7}, small}},
		{rapport.MustInterval("2024-01-01T00:00:00Z/2025-01-01T00:00:00Z"), []segment.Service{{"VIP", 2 * time.Hour, 1500, 7}, small}},
	}
}

// VIP 2 h, 15 %, weekly; small 48 h, nothing, on demand; and a customer
// is served by the tier in which he is at the time.
func ExampleServicePolicy() {
	policy, err := segment.NewServicePolicy(segment.ServiceVersion{
		Valid: rapport.MustInterval("2024-01-01T00:00:00Z/.."),
		Services: []segment.Service{
			{Tier: "VIP", SLA: 2 * time.Hour, Discount: 1500, ContactDays: 7},
			{Tier: "small", SLA: 48 * time.Hour},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	customer, err := segment.NewTierHistory(
		segment.TierSince{Tier: "small", From: time.Date(2024, time.February, 1, 0, 0, 0, 0, time.UTC)},
		segment.TierSince{Tier: "VIP", From: time.Date(2024, time.July, 1, 0, 0, 0, 0, time.UTC)},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, month := range []time.Month{time.June, time.July} {
		service, err := policy.Of(customer, time.Date(2024, month, 15, 0, 0, 0, 0, time.UTC))
		if err != nil {
			fmt.Println(err)
			return
		}
		most, err := service.Discount.Of(rapport.MustMoney("240.00 CNY"))
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(month, service.Tier, service.SLA, most, service.ContactDays)
	}
	// Output:
	// June small 48h0m0s 0.00 CNY 0
	// July VIP 2h0m0s 36.00 CNY 7
}

func TestServicePolicy(t *testing.T) {
	p, err := segment.NewServicePolicy(services()...)
	require.NoError(t, err)
	h := history(t, "small", "2024-02-01", "VIP", "2024-07-01")
	for at, want := range map[string]segment.Service{
		"2024-02-01": {Tier: "small", SLA: 48 * time.Hour},
		"2024-06-30": {Tier: "small", SLA: 48 * time.Hour},
		"2024-07-01": {"VIP", 2 * time.Hour, 1500, 7},
		"2025-01-01": {"VIP", time.Hour, 2000, 7},
	} {
		got, err := p.Of(h, date(at))
		require.NoError(t, err)
		require.Equal(t, want, got, at)
	}
	periods, err := p.Periods(history(t, "small", "2023-02-01", "VIP", "2025-07-01"))
	require.NoError(t, err)
	require.Equal(t, []segment.ServicePeriod{
		{rapport.MustInterval("2024-01-01T00:00:00Z/2025-07-01T00:00:00Z"), segment.Service{Tier: "small", SLA: 48 * time.Hour}},
		{rapport.MustInterval("2025-07-01T00:00:00Z/.."), segment.Service{Tier: "VIP", SLA: time.Hour, Discount: 2000, ContactDays: 7}},
	}, periods)
	c, err := p.Cadence(date("2024-03-01"))
	require.NoError(t, err)
	require.Equal(t, []segment.TierCadence{{"VIP", 7}, {"small", 0}}, c.Tiers())

	for message, err := range map[string]error{
		"no version then": second(p.Of(history(t, "VIP", "2023-01-01"), date("2023-12-31"))),
		"no tier then":    second(p.Of(h, date("2024-01-31"))),
		"no such tier":    second(p.Of(history(t, "gold", "2023-01-01"), date("2024-01-31"))),
		`tier "gold"`:     second(p.Periods(history(t, "gold", "2023-01-01"))),
		"2023-01-01":      second(p.Cadence(date("2023-01-01"))),
	} {
		_, ok := errors.AsType[*segment.ServiceError](err)
		require.True(t, ok, message)
		require.ErrorContains(t, err, message)
	}
}

func second[T any](_ T, err error) error { return err }

func TestPoliciesThatMakeNoSense(t *testing.T) {
	year := func(interval string, services ...segment.Service) segment.ServiceVersion {
		if services == nil {
			services = []segment.Service{{Tier: "a", SLA: time.Hour}}
		}
		return segment.ServiceVersion{Valid: rapport.MustInterval(interval), Services: services}
	}
	for message, versions := range map[string][]segment.ServiceVersion{
		`versions "0"`: nil,
		`version 1: valid "2024-06-01T00:00:00Z/..": overlaps the version before`:    {year("2024-06-01T00:00:00Z/.."), year("2024-01-01T00:00:00Z/2024-07-01T00:00:00Z")},
		`version 1: valid "2024-08-01T00:00:00Z/..": leaves a gap after the version`: {year("../2024-07-01T00:00:00Z"), year("2024-08-01T00:00:00Z/..")},
		`valid "../..": overlaps`:                         {year("../.."), year("../..")},
		`services "0": want 1 to 255`:                     {{}},
		`tier "": name empty`:                             {year("../..", segment.Service{SLA: time.Hour})},
		`tier "a": name twice`:                            {year("../..", segment.Service{Tier: "a", SLA: time.Hour}, segment.Service{Tier: "a", SLA: time.Hour})},
		`sla "0s": not whole seconds above 0`:             {year("../..", segment.Service{Tier: "a"})},
		`sla "1.5s": not whole seconds above 0`:           {year("../..", segment.Service{Tier: "a", SLA: 1500 * time.Millisecond})},
		`discount "10001": out of range`:                  {year("../..", segment.Service{Tier: "a", SLA: time.Hour, Discount: 10001})},
		`tier "a": contact days "-1": out of range`:       {year("../..", segment.Service{Tier: "a", SLA: time.Hour, ContactDays: -1})},
		`version 0: tier "b": discount "-1": out of rang`: {year("../..", segment.Service{Tier: "a", SLA: time.Hour}, segment.Service{Tier: "b", SLA: time.Hour, Discount: -1})},
	} {
		_, err := segment.NewServicePolicy(versions...)
		_, ok := errors.AsType[*segment.ServiceError](err)
		require.True(t, ok, message)
		require.ErrorContains(t, err, message)
	}
}

func TestServiceJSON(t *testing.T) {
	p, err := segment.NewServicePolicy(services()...)
	require.NoError(t, err)
	text, err := json.Marshal(p)
	require.NoError(t, err)
	require.Equal(t, `{"format":1,"versions":[`+
		`{"valid":"2024-01-01T00:00:00Z/2025-01-01T00:00:00Z","services":[{"tier":"VIP","sla_seconds":7200,"discount_bp":1500,"contact_days":7},{"tier":"small","sla_seconds":172800,"discount_bp":0,"contact_days":0}]},`+
		`{"valid":"2025-01-01T00:00:00Z/..","services":[{"tier":"VIP","sla_seconds":3600,"discount_bp":2000,"contact_days":7},{"tier":"small","sla_seconds":172800,"discount_bp":0,"contact_days":0}]}]}`, string(text))
	var read segment.ServicePolicy
	require.NoError(t, json.Unmarshal(text, &read))
	require.Equal(t, p.Versions(), read.Versions())
	for _, swap := range [][2]string{
		{`"format":1`, `"format":3`}, {`7200`, `9223372037`}, {`7200`, `-1`}, {`1500`, `15000`}, {`2025-01-01T00:00:00Z/..`, `2026-01-01T00:00:00Z/..`}, {`"sla_seconds"`, `"SLA"`}, {`,"contact_days":7`, ``},
	} {
		require.Error(t, read.UnmarshalJSON([]byte(strings.Replace(string(text), swap[0], swap[1], 1))))
		require.Equal(t, p.Versions(), read.Versions())
	}
	_, err = json.Marshal(new(segment.ServicePolicy))
	require.Error(t, err)
}

func TestTierHistory(t *testing.T) {
	h := history(t, "small", "2024-02-01", "VIP", "2024-07-01")
	for at, want := range map[string]string{"2024-01-31": "", "2024-02-01": "small", "2024-06-30": "small", "2024-07-01": "VIP", "2030-01-01": "VIP"} {
		got, ok := h.At(date(at))
		require.Equal(t, want, got)
		require.Equal(t, want != "", ok)
	}
	text, err := json.Marshal(h)
	require.NoError(t, err)
	require.Equal(t, `{"format":1,"tiers":[{"tier":"small","from":"2024-02-01T00:00:00Z"},{"tier":"VIP","from":"2024-07-01T00:00:00Z"}]}`, string(text))
	var read segment.TierHistory
	require.NoError(t, json.Unmarshal(text, &read))
	require.Empty(t, cmp.Diff(h.Entries(), read.Entries()))
	require.Error(t, json.Unmarshal([]byte(strings.Replace(string(text), "07", "01", 1)), &read))
	empty, err := json.Marshal(segment.TierHistory{})
	require.NoError(t, err)
	require.Equal(t, `{"format":1,"tiers":[]}`, string(empty))
	for reason, entries := range map[string][]segment.TierSince{
		"not after the one before":    {{"a", date("2024-01-01")}, {"b", date("2024-01-01")}},
		"outside the years 2 to 9998": {{"a", time.Time{}}},
		"name empty":                  {{"", date("2024-01-01")}},
	} {
		_, err := segment.NewTierHistory(entries...)
		got, ok := errors.AsType[*segment.HistoryError](err)
		require.True(t, ok, reason)
		require.Equal(t, reason, got.Reason)
	}
}
