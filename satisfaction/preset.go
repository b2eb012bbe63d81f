package satisfaction

// Names of constructs in the presets.
const (
	imageName        = "Image"
	expectationName  = "Expectation"
	qualityName      = "Quality"
	performanceName  = "Performance"
	valueName        = "Value"
	satisfactionName = "Satisfaction"
	complaintsName   = "Complaints"
	loyaltyName      = "Loyalty"
)

// ACSI is the model of the American Customer Satisfaction Index: expectation, perceived
// quality and perceived value act on satisfaction, which acts on complaints and loyalty
// (C. Fornell, M. D. Johnson, E. W. Anderson, J. Cha, B. E. Bryant, The American
// Customer Satisfaction Index, Journal of Marketing 60, 1996). Keys and scales of the
// items are rapport's own, not the wording of any questionnaire; all run from 1 to 10,
// high is good, unless it says otherwise:
//
//   - Expectation: expectation_overall, expectation_reliability (how seldom things would
//     go wrong), expectation_fit (to own needs), as remembered from before the purchase
//   - Quality: quality_overall, quality_reliability, quality_fit, as experienced
//   - Value: value_price_for_quality, value_quality_for_price
//   - Satisfaction: satisfaction_overall, satisfaction_expectations (met or exceeded),
//     satisfaction_ideal (closeness to it)
//   - Complaints: complained, yes or no; the index is the rate of complaints, and
//     satisfaction should lower it. What complaints do to loyalty depends on how they
//     are handled and has no expected sign. See [Model.ComplaintHandling].
//   - Loyalty: repurchase, price_tolerance (the rise in percent that a customer would
//     bear, or less the fall that would win back one who leaves; −25 to 25)
//
// What each item asks is from secondary sources, not checked against the article, and
// the range of price_tolerance is rapport's choice. ACSI is a registered mark of others;
// it names the published method here, and nothing that is computed is an official ACSI
// score.
func ACSI() Model {
	return american("acsi", []Item{mark("quality_overall", ""), mark("quality_reliability", ""), mark("quality_fit", "")},
		valueItems(), []Item{mark("repurchase", ""), priceTolerance()})
}

// ACSIExtended is [ACSI] with more items. Quality is asked in three groups, of which
// product and function are the core of what customers need and service extends it; the
// result has an index for each group:
//
//   - Quality: quality_product, quality_reliability (product); quality_function,
//     quality_fit (function); quality_service, quality_staff (service)
//   - Value: value_total_cost (how favourable all costs are), value_total_benefit,
//     value_quality_for_price, value_price_for_quality
//   - Loyalty: repurchase, recommendation, price_tolerance
func ACSIExtended() Model {
	quality := []Item{mark("quality_product", "product"), mark("quality_reliability", "product"),
		mark("quality_function", "function"), mark("quality_fit", "function"),
		mark("quality_service", "service"), mark("quality_staff", "service")}
	value := []Item{mark("value_total_cost", ""), mark("value_total_benefit", ""),
		mark("value_quality_for_price", ""), mark("value_price_for_quality", "")}
	return american("acsi_extended", quality, value, loyaltyItems())
}

func american(name string, quality, value, loyalty []Item) Model {
	return Model{
		Name: name,
		Constructs: []Construct{
			{Name: expectationName, Items: expectationItems()},
			{Name: qualityName, Items: quality},
			{Name: valueName, Items: value},
			{Name: satisfactionName, Items: satisfactionItems()},
			{Name: complaintsName, Items: []Item{{Key: "complained", Kind: YesNoItem}}},
			{Name: loyaltyName, Items: loyalty},
		},
		Paths:  append(corePaths(), complaintRatePaths()...),
		Target: satisfactionName,
	}
}

// corePaths are the paths that the American and the European model have in common,
// those of complaints apart.
func corePaths() []Path {
	return []Path{
		{expectationName, qualityName, PositivePath},
		{expectationName, valueName, PositivePath},
		{expectationName, satisfactionName, PositivePath},
		{qualityName, valueName, PositivePath},
		{qualityName, satisfactionName, PositivePath},
		{valueName, satisfactionName, PositivePath},
	}
}

func complaintRatePaths() []Path {
	return []Path{
		{satisfactionName, complaintsName, NegativePath},
		{satisfactionName, loyaltyName, PositivePath},
		{complaintsName, loyaltyName, AnyPath},
	}
}

// SCSB is the model of the Swedish Customer Satisfaction Barometer, the first of its
// kind (C. Fornell, A National Customer Satisfaction Barometer, Journal of Marketing 56,
// 1992). Perceived performance is what is got for the price: Performance has the items
// value_price_for_quality and value_quality_for_price. The other items are those of
// [ACSI]; that the expectation has three is rapport's choice, and their meanings are
// from secondary sources, not checked against the article.
func SCSB() Model {
	return Model{
		Name: "scsb",
		Constructs: []Construct{
			{Name: expectationName, Items: expectationItems()},
			{Name: performanceName, Items: valueItems()},
			{Name: satisfactionName, Items: satisfactionItems()},
			{Name: complaintsName, Items: []Item{{Key: "complained", Kind: YesNoItem}}},
			{Name: loyaltyName, Items: []Item{mark("repurchase", ""), priceTolerance()}},
		},
		Paths: append([]Path{
			{expectationName, performanceName, PositivePath},
			{expectationName, satisfactionName, PositivePath},
			{performanceName, satisfactionName, PositivePath},
		}, complaintRatePaths()...),
		Target: satisfactionName,
	}
}

// mark is an item from 1 to 10.
func mark(key, group string) Item { return Item{Key: key, Group: group, Low: 1, High: 10} }

func expectationItems() []Item {
	return []Item{mark("expectation_overall", ""), mark("expectation_reliability", ""), mark("expectation_fit", "")}
}

func valueItems() []Item {
	return []Item{mark("value_price_for_quality", ""), mark("value_quality_for_price", "")}
}

func satisfactionItems() []Item {
	return []Item{mark("satisfaction_overall", ""), mark("satisfaction_expectations", ""), mark("satisfaction_ideal", "")}
}

func loyaltyItems() []Item {
	return []Item{mark("repurchase", ""), mark("recommendation", ""), priceTolerance()}
}

func imageItems() []Item {
	return []Item{mark("image_trust", ""), mark("image_stability", ""), mark("image_responsibility", ""),
		mark("image_care", ""), mark("image_innovation", "")}
}

func priceTolerance() Item {
	return Item{Key: "price_tolerance", Kind: PercentItem, Low: -25, High: 25}
}
