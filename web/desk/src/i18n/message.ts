/** A text, or the two forms of a text that depends on {n}. */
export type Message = string | { one: string; other: string }
