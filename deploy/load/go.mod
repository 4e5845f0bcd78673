module github.com/phananh/portal/deploy/load

go 1.26.8

require (
	golang.org/x/text v0.43.0
	pgregory.net/rapid v1.3.0
)
