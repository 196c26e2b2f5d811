//! The log on standard error.

use crate::config::LogConfig;
use crate::discord::{GatewayRefusals, may_be_logged, redacted};
use crate::observability::Metrics;
use std::fmt::{self, Write as _};
use std::io::{self, Write};
use std::panic::PanicHookInfo;
use std::sync::Arc;
use tracing::field::Field;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::field::MakeExt;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::format::{Writer, debug_fn};
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// Logs to standard error as configured, panics included.
/// `metrics` counts warnings and errors, `refusals` notes those of Discord's gateway.
pub(super) fn log_to_stderr(
    config: &LogConfig,
    metrics: &Arc<Metrics>,
    refusals: &GatewayRefusals,
) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.filter)
        .map_err(|error| anyhow::anyhow!("invalid log filter {:?}: {error}", config.filter))?;
    // Whatever the filter allows.
    let safe = filter_fn(may_be_logged);
    // Both see every line, also those that the filter leaves out.
    let watched = tracing_subscriber::registry()
        .with(CountedLines(Arc::clone(metrics)))
        .with(refusals.clone());
    let lines = tracing_subscriber::fmt::layer().with_writer(|| Lines(io::stderr()));
    if config.json {
        let lines = lines
            .with_writer(|| Lines(JsonLines(io::stderr())))
            .json()
            .with_filter(filter)
            .with_filter(safe);
        watched.with(lines).init();
    } else {
        let colour = anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never;
        let lines = lines
            .fmt_fields(debug_fn(write_field).delimited(" "))
            .with_ansi(colour)
            .with_filter(filter)
            .with_filter(safe);
        watched.with(lines).init();
    }
    std::panic::set_hook(Box::new(log_panic));
    Ok(())
}

/// Counts what is logged.
struct CountedLines(Arc<Metrics>);

impl<S: Subscriber> Layer<S> for CountedLines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        match *event.metadata().level() {
            Level::ERROR => self.0.log_line("error"),
            Level::WARN => self.0.log_line("warn"),
            _ => {}
        }
    }
}

/// Writes a field in one line, whatever its value holds.
fn write_field(out: &mut Writer<'_>, field: &Field, value: &dyn fmt::Debug) -> fmt::Result {
    match field.name() {
        "message" => write!(OneLine(out), "{value:?}"),
        // What the log crate adds stands elsewhere in the line.
        name if name.starts_with("log.") => Ok(()),
        name => write!(OneLine(out), "{name}={value:?}"),
    }
}

/// Escapes what would begin another line or steer the terminal.
struct OneLine<'a, W>(&'a mut W);

impl<W: fmt::Write> fmt::Write for OneLine<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            if steers(c) {
                write!(self.0, "{}", c.escape_default())?;
            } else {
                self.0.write_char(c)?;
            }
        }
        Ok(())
    }
}

/// Whether `c` is a control character, or one that breaks lines or turns their direction.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Writes lines without tokens.
struct Lines<W>(W);

impl<W: Write> Write for Lines<W> {
    // The layer writes each line as a whole.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        self.0.write_all(redacted(&text).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Escapes in lines of JSON what JSON allows to stand there and what would steer a terminal.
struct JsonLines<W>(W);

impl<W: Write> Write for JsonLines<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut escaped = String::with_capacity(line.len());
        for c in String::from_utf8_lossy(line).chars() {
            if c != '\n' && steers(c) {
                // All of them have four hexadecimal digits. They stand in strings only.
                let _ = write!(escaped, "\\u{:04x}", u32::from(c));
            } else {
                escaped.push(c);
            }
        }
        self.0.write_all(escaped.as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Logs a panic, which names the event that caused it: the standard hook would not, and would write
/// what people typed as it is.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let why = panic.payload_as_str().unwrap_or("no message");
    let place = panic.location().map(tracing::field::display);
    let trace = std::backtrace::Backtrace::capture();
    let backtrace = (trace.status() == std::backtrace::BacktraceStatus::Captured).then_some(trace);
    let backtrace = backtrace.map(tracing::field::display);
    tracing::error!(place, why, backtrace, "the program panicked");
}

#[cfg(test)]
mod tests {
    use super::{Lines, OneLine};
    use std::fmt::Write as _;
    use std::io::Write as _;

    #[test]
    fn a_field_stays_in_its_line() {
        for (text, expected) in [
            ("plain – text", "plain – text"),
            ("a\nERROR citebot: b\r\tc", "a\\nERROR citebot: b\\r\\tc"),
            ("\u{1b}[2J\u{7f}\u{9b}31m", "\\u{1b}[2J\\u{7f}\\u{9b}31m"),
            ("\u{202e}txt\u{2028}", "\\u{202e}txt\\u{2028}"),
        ] {
            let mut line = String::new();
            write!(OneLine(&mut line), "{text}").unwrap();
            assert_eq!(line, expected);
        }
    }

    #[test]
    fn lines_are_written_without_tokens() {
        let mut written = Vec::new();
        let line = b"to /webhooks/1/secret\n";
        assert_eq!(Lines(&mut written).write(line).unwrap(), line.len());
        assert_eq!(written, b"to /webhooks/1/[token]\n");
    }
}
