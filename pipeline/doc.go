// Package pipeline moves records through processes: deals through the stages of a sale,
// service cases, orders, renewals and memberships through theirs.
package pipeline
