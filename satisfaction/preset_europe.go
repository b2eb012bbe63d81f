package satisfaction

import "slices"

// ECSI is the model of the European Customer Satisfaction Index: that of [ACSI] with the
// image of the firm, which acts on expectation, satisfaction and loyalty, and with how
// complaints were handled in place of their rate (M. Tenenhaus, V. Esposito Vinzi, Y.-M.
// Chatelin, C. Lauro, PLS path modeling, Computational Statistics & Data Analysis 48,
// 2005). The structure agrees with the documentation of the R packages seminr and
// semPLS; the keys of the items are rapport's own:
//
//   - Image: image_trust, image_stability, image_responsibility (to society),
//     image_care (for customers), image_innovation
//   - Quality: quality_overall (group overall); quality_product, quality_range,
//     quality_reliability (product); quality_service, quality_information,
//     quality_staff (service)
//   - Complaints: complaint_handling, from badly to well
//   - Loyalty: repurchase, recommendation, price_tolerance
//
// and the others those of [ACSI]. ECSI and EPSI are names of others for the published
// method.
func ECSI() Model {
	return Model{
		Name: "ecsi",
		Constructs: []Construct{
			{Name: imageName, Items: imageItems()},
			{Name: expectationName, Items: expectationItems()},
			{Name: qualityName, Items: []Item{mark("quality_overall", "overall"),
				mark("quality_product", "product"), mark("quality_range", "product"), mark("quality_reliability", "product"),
				mark("quality_service", "service"), mark("quality_information", "service"), mark("quality_staff", "service")}},
			{Name: valueName, Items: valueItems()},
			{Name: satisfactionName, Items: satisfactionItems()},
			{Name: complaintsName, Items: []Item{mark("complaint_handling", "")}},
			{Name: loyaltyName, Items: loyaltyItems()},
		},
		Paths: slices.Concat([]Path{
			{imageName, expectationName, PositivePath},
			{imageName, satisfactionName, PositivePath},
			{imageName, loyaltyName, PositivePath},
		}, corePaths(), []Path{
			{satisfactionName, complaintsName, PositivePath},
			{satisfactionName, loyaltyName, PositivePath},
			{complaintsName, loyaltyName, PositivePath},
		}),
		Target: satisfactionName,
	}
}

// NCSB is the model of the Norwegian Customer Satisfaction Barometer as revised (M. D.
// Johnson, A. Gustafsson, T. W. Andreassen, L. Lervik, J. Cha, The evolution and future
// of national customer satisfaction index models, Journal of Economic Psychology 22,
// 2001). Published summaries of the article support this: service quality by five
// dimensions; price in place of value, with an effect of its own on loyalty; how
// complaints were handled as a driver of satisfaction and loyalty; no expectation; image
// as a consequence of satisfaction; image and two kinds of commitment, affective and
// calculative, as drivers of loyalty. Not confirmed by a text that could be read: the
// paths from satisfaction to the commitments and straight to loyalty.
// The items are rapport's own choice throughout, one for each dimension of quality:
//
//   - Tangibles, Reliability, Responsiveness, Assurance, Empathy: quality_tangibles,
//     quality_reliability, quality_responsiveness, quality_assurance, quality_empathy
//   - Price: price_for_quality, price_against_expected, price_against_competitors, high
//     is favourable
//   - ComplaintHandling: complaint_handling. Those who never complained do not answer
//     it, so that the treatment of missing answers matters.
//   - Affective: commitment_liking, commitment_belonging; Calculative:
//     commitment_advantage (of staying), commitment_switching_cost
//   - Image as in [ECSI]; Satisfaction as in [ACSI]; Loyalty: repurchase, recommendation
func NCSB() Model {
	model := Model{Name: "ncsb", Target: satisfactionName}
	for _, c := range []struct{ name, key string }{
		{"Tangibles", "quality_tangibles"}, {"Reliability", "quality_reliability"}, {"Responsiveness", "quality_responsiveness"},
		{"Assurance", "quality_assurance"}, {"Empathy", "quality_empathy"},
	} {
		model.Constructs = append(model.Constructs, Construct{Name: c.name, Items: []Item{mark(c.key, "")}})
		model.Paths = append(model.Paths, Path{c.name, satisfactionName, PositivePath})
	}
	const price, handling, affective, calculative = "Price", "ComplaintHandling", "Affective", "Calculative"
	model.Constructs = append(model.Constructs,
		Construct{Name: price, Items: []Item{mark("price_for_quality", ""), mark("price_against_expected", ""), mark("price_against_competitors", "")}},
		Construct{Name: handling, Items: []Item{mark("complaint_handling", "")}},
		Construct{Name: satisfactionName, Items: satisfactionItems()},
		Construct{Name: imageName, Items: imageItems()},
		Construct{Name: affective, Items: []Item{mark("commitment_liking", ""), mark("commitment_belonging", "")}},
		Construct{Name: calculative, Items: []Item{mark("commitment_advantage", ""), mark("commitment_switching_cost", "")}},
		Construct{Name: loyaltyName, Items: []Item{mark("repurchase", ""), mark("recommendation", "")}})
	for _, p := range [][2]string{
		{price, satisfactionName}, {price, loyaltyName}, {handling, satisfactionName}, {handling, loyaltyName},
		{satisfactionName, imageName}, {satisfactionName, affective}, {satisfactionName, calculative},
		{satisfactionName, loyaltyName}, {imageName, loyaltyName}, {affective, loyaltyName}, {calculative, loyaltyName},
	} {
		model.Paths = append(model.Paths, Path{p[0], p[1], PositivePath})
	}
	return model
}
