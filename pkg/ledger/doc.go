// Package ledger keeps a record of the journal apart from the database: the
// ID and the hash of every entry, in signed blocks, each with the hash of the
// block before it. Whoever changes the database afterwards cannot change what
// the ledger says the entries were. It holds nothing that anybody wrote.
//
// A ledger is a folder of text files, which can be read and checked without
// this program. A block is these lines:
//
//	block 17 2026-11-23T15:00:05.123Z
//	after 5f0c…                          hash of block 16, its last line included
//	compared 2026-11-23T14:00:00.000Z    when the whole journal was last compared, if ever
//	holds 3
//	+ 7K3M9Q2XB4TD 91ab…                 an entry that was announced, and its hash
//	? 7K3M9Q2XB4TD/1 c03d…               one that was found in the journal only
//	! edited 7K3M9Q2XB4TD 77e0…          a finding: the entry was met with this hash
//	signed MEUCIQ…                       Ed25519 over the lines above, base 64
//
// Beside the folder stand <folder>.key, the private key, and <folder>.head,
// the newest block's number and hash: a ledger that ends before it was cut off.
//
// See deploy/adr/0009-chain-and-ledger.md.
package ledger
