package customer_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// Format 1 of cases, campaigns, their members and self-service changes is fixed:
// what was written once stays readable. Times come back in UTC, whatever their zone
// was.
func TestContactRecordsStay(t *testing.T) {
	c := enter(t, enter(t, serviceCase("c1", day("2024-01-01")), "answered", customer.CaseResolved, day("2024-01-05")), "open", customer.CaseReopened, day("2024-01-06"))
	c.Compensation, c.Satisfaction, c.Follows = yuan("30"), customer.Rating{Points: 4, Lowest: 1, Highest: 5}, "c0"
	require.Equal(t, `{"format":1,"id":"c1","customer":"00004","type":"complaint","category":"late-delivery","severity":"high","product":"TEA-100","channel":"phone","topic":"two weeks late","stage":"open","stage_since":"2024-01-06T00:00:00Z","rounds":[{"opened":"2024-01-01T00:00:00Z","resolved":"2024-01-05T00:00:00Z"},{"opened":"2024-01-06T00:00:00Z"}],"first_response":"2024-01-05T00:00:00Z","follows":"c0","compensation":{"amount":"30.00","currency":"CNY"},"satisfaction":{"points":4,"lowest":1,"highest":5},"recorded_at":"2024-01-06T00:00:00Z"}`, sameRecord(t, c))

	campaign := springMail()
	campaign.Audience = customer.Audience{
		Rule: "vip", Kinds: []customer.Kind{customer.Person}, Roles: []customer.RoleType{customer.Consumer}, Stages: []customer.Stage{customer.StageRepeat},
		Attributes: []customer.AudienceValues{{Name: "city", OneOf: []string{"Wuhan"}}},
		Amounts:    []customer.AudienceAmount{{Name: "revenue", AtLeast: amount("500"), Below: amount("900")}}, Except: []rapport.ID{"c9"},
	}
	require.Equal(t, `{"format":1,"id":"spring","name":"Spring tea","aim":"retention","audience":{"rule":"vip","kinds":["person"],"roles":["consumer"],"stages":["repeat"],"attributes":[{"name":"city","one_of":["Wuhan"]}],"amounts":[{"name":"revenue","at_least":{"amount":"500.00","currency":"CNY"},"below":{"amount":"900.00","currency":"CNY"}}],"except":["c9"]},"offer":"10 % off","channel":"email","purpose":"marketing","period":"2024-03-01T00:00:00Z/2024-04-01T00:00:00Z","window_ns":2592000000000000,"fixed":{"amount":"100.00","currency":"CNY"},"per_contact":{"amount":"0.50","currency":"CNY"},"control":0.5,"seed":7,"recorded_at":"2024-02-20T00:00:00Z"}`, sameRecord(t, campaign))

	m := member("spring", "c1", customer.ArmTreatment, "2024-03-02")
	m.Responses = []customer.CampaignResponse{{At: day("2024-03-03"), Type: customer.ResponseInterested, Text: "call me"}}
	require.Equal(t, `{"format":1,"id":"890d5a8f126cc28a37d29717b8f15ca2","campaign":"spring","customer":"c1","arm":"treatment","channel":"email","assigned":"2024-03-01T00:00:00Z","contacts":["2024-03-02T00:00:00Z"],"responses":[{"at":"2024-03-03T00:00:00Z","type":"interested","text":"call me"}],"recorded_at":"2024-03-01T00:00:00Z"}`, sameRecord(t, m))
	require.Equal(t, `{"format":1,"id":"s1","customer":"00004","action":"add-contact","over":"web","channel":"email","value":"li@example.com","at":"2024-05-01T00:00:00Z","recorded_at":"2024-05-01T00:00:00Z"}`, sameRecord(t, selfServed(customer.SelfAddContact)))

	local := serviceCase("c1", day("2024-01-01").In(time.FixedZone("", 8*3600)))
	text, err := json.Marshal(local)
	require.NoError(t, err)
	var back customer.Case
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, day("2024-01-01"), back.Opened())
	require.Equal(t, local.Filing(), back.Filing())
}

// What is not valid is not written: its text would come back changed.
func TestInvalidRecordsAreNotWritten(t *testing.T) {
	const bad = "a\xff"
	for _, r := range []customer.Filed{
		customer.Need{Product: bad}, customer.Commitment{Promise: bad}, customer.PointsEntry{Branch: bad}, customer.Membership{Number: bad},
		customer.WinBack{Cause: bad}, customer.LifecycleChange{Cause: bad}, customer.ProspectRecord{Source: bad}, customer.Case{Topic: bad},
		customer.Campaign{Name: bad}, customer.CampaignMember{Stratum: bad}, customer.SelfServiceChange{Name: bad}, customer.Consent{Notice: bad},
	} {
		_, err := json.Marshal(r)
		_, ok := errors.AsType[*customer.ValidationError](err)
		require.Truef(t, ok, "%T: %v", r, err)
	}
}
