package app

import (
	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/phananh/portal/pkg/bus"
)

// metrics serves the figures of delivery for Prometheus. They carry no labels:
// which report it was is for the log.
func metrics(b *bus.Bus) gin.HandlerFunc {
	registry := prometheus.NewRegistry()
	count := func(name, help string, value func(bus.Counts) uint64) {
		registry.MustRegister(prometheus.NewCounterFunc(
			prometheus.CounterOpts{Namespace: "phananh", Subsystem: "triage", Name: name, Help: help},
			func() float64 { return float64(value(b.Counts())) },
		))
	}
	count("delivered_total", "Announcements of accepted reports handed to this process, repeats included.",
		func(c bus.Counts) uint64 { return c.Delivered })
	count("redelivered_total", "Announcements handed to this process that had been handed out before.",
		func(c bus.Counts) uint64 { return c.Redelivered })
	count("terminated_total", "Announcements that ended because a report was given up or nothing could be read; counted by one process of all.",
		func(c bus.Counts) uint64 { return c.Terminated })
	count("max_deliveries_total", "Announcements that ended because they had been handed out too often; counted by one process of all.",
		func(c bus.Counts) uint64 { return c.MaxDeliveries })
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return gin.WrapH(promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
}
