package customer

// GDPR returns the rules of Regulation (EU) 2016/679, the General Data Protection
// Regulation, in the version of 27 April 2016:
//
//   - six grounds, 6(1)(a) to (f). The subject ends consent by withdrawing it, 7(3),
//     and legitimate or public interest by objecting, 21(1); against direct
//     marketing an objection is absolute, 21(3).
//   - below 16 years a guardian consents, 8(1). Member states may lower that to 13:
//     set GuardianAge. The regulation says so for online services only; the profile
//     asks for it everywhere.
//   - sensitive data need explicit consent or one of the other grounds of 9(2),
//     transfers abroad without adequacy or safeguards one of 49(1), decisions by
//     machine alone one of 22(2). A consent to them must be separate here.
//   - direct marketing rests on consent or legitimate interest (recital 47); over
//     e-mail, messages and fax on consent alone (Directive 2002/58/EC, 13(1), whose
//     exception 13(2) for customers a host may enter by shortening AskFirst).
//
// It is no legal advice: see [ConsentProfile].
func GDPR() ConsentProfile {
	anyOf := func(b ...Basis) []Basis { return b }
	return ConsentProfile{
		Jurisdiction: JurisdictionGDPR,
		Bases: []BasisRule{
			{BasisLegalDuty, "6(1)(c)", ""},
			{BasisVitalInterest, "6(1)(d)", ""},
			{BasisContract, "6(1)(b)", ""},
			{BasisConsent, "6(1)(a)", "7(3)"},
			{BasisPublicInterest, "6(1)(e)", "21(1)"},
			{BasisLegitimateInterest, "6(1)(f)", "21(1)"},
		},
		Uses: []UseRule{
			{UseSensitive, "9(2)", true, anyOf(BasisConsent, BasisLegalDuty, BasisVitalInterest, BasisPublicInterest), ""},
			{UseTransfer, "", false, nil, ""},
			{UsePublication, "", false, nil, ""},
			{UseCrossBorder, "49(1)", true, anyOf(BasisConsent, BasisContract, BasisVitalInterest, BasisPublicInterest), ""},
			{UsePublicImage, "", false, nil, ""},
			{UseAutomated, "22(2)", true, anyOf(BasisConsent, BasisContract, BasisLegalDuty), ""},
		},
		Purposes: standardPurposes(PurposeRule{
			Purpose: PurposeMarketing, Marketing: true, Bases: anyOf(BasisConsent, BasisLegitimateInterest),
			AskFirst: []Channel{ChannelEmail, ChannelMessaging, ChannelFax},
		}),
		MarketingArticle: "21(3)",
		GuardianAge:      16, GuardianArticle: "8(1)",
	}
}

// PIPL returns the rules of the Personal Information Protection Law of the People's
// Republic of China of 20 August 2021:
//
//   - the grounds of article 13, among them no legitimate interest. The subject ends
//     consent by withdrawing it, 15, and the use of disclosed data by refusing, 27.
//   - below 14 years a guardian consents, 31.
//   - handing data to others, publishing them, using images from public places for
//     more than safety, using sensitive data and sending data abroad need separate
//     consent, 23, 25, 26, 29 and 39, where consent is the ground. Publishing has no
//     other ground than that, a law or the news; using such images none at all.
//   - a subject may refuse decisions by machine alone, on whatever ground, 24.
//   - marketing rests on consent; the law on advertising (article 43) asks for it
//     before any is sent.
//
// It is no legal advice: see [ConsentProfile].
func PIPL() ConsentProfile {
	return ConsentProfile{
		Jurisdiction: JurisdictionPIPL,
		Bases: []BasisRule{
			{BasisLegalDuty, "13(3)", ""},
			{BasisVitalInterest, "13(4)", ""},
			{BasisContract, "13(2)", ""},
			{BasisHumanResources, "13(2)", ""},
			{BasisOtherLaw, "13(7)", ""},
			{BasisConsent, "13(1)", "15"},
			{BasisNews, "13(5)", ""},
			{BasisPublicData, "13(6)", "27"},
		},
		Uses: []UseRule{
			{UseSensitive, "29", true, nil, ""},
			{UseTransfer, "23", true, nil, ""},
			{UsePublication, "25", true, []Basis{BasisConsent, BasisLegalDuty, BasisNews, BasisOtherLaw}, ""},
			{UseCrossBorder, "39", true, nil, ""},
			{UsePublicImage, "26", true, []Basis{BasisConsent}, ""},
			{UseAutomated, "24", false, nil, "24"},
		},
		Purposes: standardPurposes(PurposeRule{
			Purpose: PurposeMarketing, Marketing: true, Bases: []Basis{BasisConsent},
		}),
		GuardianAge: 14, GuardianArticle: "31",
	}
}

// standardPurposes returns the purposes that both laws have here, marketing with
// its rule, in the order of the constants.
func standardPurposes(marketing PurposeRule) []PurposeRule {
	rules := []PurposeRule{{Purpose: PurposeService}, marketing, {Purpose: PurposeAnalysis}, {Purpose: PurposeResearch}}
	for _, p := range []struct {
		purpose Purpose
		use     SpecialUse
	}{
		{PurposeTransfer, UseTransfer}, {PurposePublication, UsePublication}, {PurposeSensitive, UseSensitive},
		{PurposeCrossBorder, UseCrossBorder}, {PurposePublicImage, UsePublicImage}, {PurposeAutomated, UseAutomated},
	} {
		rules = append(rules, PurposeRule{Purpose: p.purpose, Uses: []SpecialUse{p.use}})
	}
	return rules
}
