// Package report is the domain: a report as a resident sent it, the actions
// that happened to it afterwards, and the case that folds out of both.
//
// The package is pure. It imports the standard library only, takes the time
// and every secret as an argument, and keeps no state. All times are in UTC
// with a precision of one millisecond, which is what the journal stores.
package report
