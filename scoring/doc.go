// Package scoring says what customers are worth. It opens with the step that
// everything else starts from: a log of purchases becomes one small [Summary]
// per customer.
package scoring
