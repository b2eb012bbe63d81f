// Package satisfaction says how satisfied customers are and what that is worth.
package satisfaction
