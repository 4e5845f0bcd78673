// Package embedded holds the engines that let the portal run on one machine
// without installing anything: a MongoDB-compatible engine (FerretDB on
// SQLite), a NATS server with JetStream, and the folder they keep their data
// in. Nothing outside this package knows that they are not the real thing.
//
// What the engine can and cannot do is written down in
// deploy/adr/0002-embedded-engine.md; it bounds what pkg/journal may ask.
package embedded
