//! The bot on Discord, from end to end: the real program, the real client, a scripted Discord.
