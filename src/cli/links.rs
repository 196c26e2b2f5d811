//! `citebot check --links`: asks every link of the knowledge.

use super::{CommandResult, runtime};
use crate::discord::describe_transport;
use anyhow::Context as _;
use citebot_core::knowledge::Knowledge;
use futures::StreamExt as _;
use reqwest::header::LOCATION;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response, StatusCode};
use std::io::Write;
use std::time::Duration;

/// How many links are asked at a time.
const AT_A_TIME: usize = 8;
/// How long a site may take to answer.
const TIMEOUT: Duration = Duration::from_secs(20);

/// What a link leads to.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    /// A page.
    Page,
    /// Another address.
    Moved(String),
    /// Nothing, for this reason.
    Broken(String),
}

/// Asks every link of `knowledge` and tells which have moved and which are broken.
pub(super) fn check(out: &mut impl Write, knowledge: &Knowledge) -> anyhow::Result<CommandResult> {
    let client = Client::builder()
        // A redirect is told, not followed.
        .redirect(Policy::none())
        .timeout(TIMEOUT)
        .user_agent(concat!(
            "citebot/",
            env!("CARGO_PKG_VERSION"),
            " (link check)"
        ))
        .build()
        .context("cannot make requests")?;
    let links = knowledge.links();
    let count = links.len();
    let found = runtime()?.block_on(
        futures::stream::iter(links)
            .map(|(url, place)| {
                let client = client.clone();
                async move { (url, place, ask(&client, url).await) }
            })
            .buffered(AT_A_TIME)
            .collect::<Vec<_>>(),
    );
    let (mut moved, mut broken) = (0, 0);
    for (url, place, found) in found {
        match found {
            Found::Page => {}
            Found::Moved(to) => {
                moved += 1;
                writeln!(out, "{url} of {place} has moved to {to}")?;
            }
            Found::Broken(why) => {
                broken += 1;
                writeln!(out, "{url} of {place} is broken: {why}")?;
            }
        }
    }
    let links = match count {
        1 => "1 link".to_owned(),
        n => format!("{n} links"),
    };
    writeln!(out, "{links} asked: {moved} moved, {broken} broken.")?;
    Ok(if broken == 0 {
        CommandResult::Fine
    } else {
        CommandResult::Nothing
    })
}

/// Asks for the head of the page, and for the page itself where a site refuses that.
async fn ask(client: &Client, url: &str) -> Found {
    let head = client.request(Method::HEAD, url).send().await;
    if let Ok(response) = head
        && let found @ (Found::Page | Found::Moved(_)) = read(&response)
    {
        return found;
    }
    match client.get(url).send().await {
        Ok(response) => read(&response),
        Err(error) => Found::Broken(describe_transport(&error)),
    }
}

fn read(response: &Response) -> Found {
    let status = response.status();
    let location = response.headers().get(LOCATION);
    match (status, location.and_then(|to| to.to_str().ok())) {
        (status, Some(to)) if status.is_redirection() => Found::Moved(to.to_owned()),
        (status, _) if status.is_success() => Found::Page,
        (StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS, _) => Found::Broken(format!(
            "{status} (some sites refuse programs: open it in a browser)"
        )),
        (status, _) => Found::Broken(status.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::cli::CommandResult;
    use citebot_core::knowledge::{Entry, Knowledge, Source};
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::net::TcpListener;

    /// Answers so many requests by their method and path, then stops.
    fn site(requests: usize) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for stream in listener.incoming().take(requests) {
                let mut stream = stream.unwrap();
                let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let first = lines.next().unwrap().unwrap();
                while lines.next().is_some_and(|line| !line.unwrap().is_empty()) {}
                let status = match first.rsplit_once(' ').unwrap().0 {
                    "HEAD /page" | "GET /get-only" => "200 OK",
                    "HEAD /moved" => "301 Moved Permanently\r\nLocation: https://new.example/",
                    "HEAD /get-only" => "405 Method Not Allowed",
                    _ => "404 Not Found",
                };
                let head =
                    format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                stream.write_all(head.as_bytes()).unwrap();
            }
        });
        format!("http://{address}")
    }

    #[test]
    fn what_has_moved_and_what_is_broken_is_told() {
        let site = site(6);
        let sources = ["page", "moved", "get-only", "gone"]
            .map(|path| Source::Url(format!("{site}/{path}")))
            .to_vec();
        let entry = Entry {
            sources,
            ..Entry::example("kettle", "Which kettle?", &[])
        };
        let knowledge = Knowledge::from_parts(vec![], vec![], vec![], vec![entry]);
        let mut told = Vec::new();
        let result = check(&mut told, &knowledge).unwrap();
        assert_eq!(result, CommandResult::Nothing);
        assert_eq!(
            String::from_utf8(told).unwrap(),
            format!(
                "{site}/moved of entry `kettle` has moved to https://new.example/\n\
                 {site}/gone of entry `kettle` is broken: 404 Not Found\n\
                 4 links asked: 1 moved, 1 broken.\n"
            )
        );
    }
}
