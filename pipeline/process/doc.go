// Package process holds the processes of trades as data.
package process
