//! Files that people attach, fetched from Discord alone and never more than is allowed.

use reqwest::redirect::Policy;
use std::time::Duration;
use tokio::time::timeout;
use url::Url;

/// Where Discord keeps attachments.
const HOSTS: [&str; 2] = ["cdn.discordapp.com", "media.discordapp.net"];
/// How long a file may take, with its connection.
const FETCH_TIMEOUT: Duration = Duration::from_secs(30);

/// Why a file could not be had.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The address is not Discord's.
    #[error("its address is not one of Discord's")]
    Foreign,
    /// The file is larger than allowed.
    #[error("it is larger than {0} bytes")]
    Large(usize),
    /// It did not come in time.
    #[error("it did not come within {} s", FETCH_TIMEOUT.as_secs())]
    Slow,
    /// Discord, or the way to it, failed.
    #[error(transparent)]
    Failed(#[from] reqwest::Error),
}

/// Fetches attachments.
#[derive(Debug)]
pub struct Attachments {
    client: reqwest::Client,
    /// Another address of Discord's API, which serves attachments too.
    api_base: Option<Url>,
}

impl Attachments {
    /// `api_base` as in the configuration.
    ///
    /// # Errors
    ///
    /// When the system gives no connection at all, as without certificates.
    pub fn new(api_base: Option<&str>) -> Result<Self, reqwest::Error> {
        Ok(Self {
            // A redirect could lead anywhere, and Discord sends none.
            client: reqwest::Client::builder()
                .redirect(Policy::none())
                .build()?,
            api_base: api_base.and_then(|base| base.parse().ok()),
        })
    }

    /// The file at `url`, if it has at most `limit` bytes, whatever size Discord says it has.
    ///
    /// # Errors
    ///
    /// See [`FetchError`].
    pub async fn fetch(&self, url: &str, limit: usize) -> Result<Vec<u8>, FetchError> {
        let url = url.parse().map_err(|_| FetchError::Foreign)?;
        if !self.is_discord(&url) {
            return Err(FetchError::Foreign);
        }
        timeout(FETCH_TIMEOUT, self.stream(url, limit))
            .await
            .unwrap_or(Err(FetchError::Slow))
    }

    async fn stream(&self, url: Url, limit: usize) -> Result<Vec<u8>, FetchError> {
        let sent = self.client.get(url).send().await?;
        if sent.status().is_redirection() {
            return Err(FetchError::Foreign);
        }
        let mut response = sent.error_for_status()?;
        let mut file = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if file.len() + chunk.len() > limit {
                return Err(FetchError::Large(limit));
            }
            file.extend_from_slice(&chunk);
        }
        Ok(file)
    }

    fn is_discord(&self, url: &Url) -> bool {
        let is_own = url.scheme() == "https" && url.port().is_none();
        is_own && HOSTS.iter().any(|host| url.host_str() == Some(host))
            || self
                .api_base
                .as_ref()
                .is_some_and(|base| base.origin() == url.origin())
    }
}

#[cfg(test)]
mod tests {
    use super::{Attachments, FetchError};
    use std::time::Duration;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;
    use tokio::time::timeout;

    #[test]
    fn only_discord_is_asked() {
        let own = Attachments::new(None).expect("a client");
        let proxied = Attachments::new(Some("http://127.0.0.1:8080")).expect("a client");
        for (url, by_own, by_proxied) in [
            (
                "https://cdn.discordapp.com/attachments/1/2/a.toml",
                true,
                true,
            ),
            ("https://media.discordapp.net/a.toml?ex=1", true, true),
            ("http://cdn.discordapp.com/a.toml", false, false),
            ("https://cdn.discordapp.com:8443/a.toml", false, false),
            ("https://cdn.discordapp.com.evil.example/a", false, false),
            ("https://cdn.discordapp.com@evil.example/a", false, false),
            ("https://evil.example/cdn.discordapp.com", false, false),
            ("http://169.254.169.254/latest/meta-data", false, false),
            ("http://127.0.0.1:8080/attachments/a", false, true),
            ("http://127.0.0.1:8081/attachments/a", false, false),
            ("file:///etc/passwd", false, false),
        ] {
            let url = url.parse().expect(url);
            assert_eq!(own.is_discord(&url), by_own, "{url}");
            assert_eq!(proxied.is_discord(&url), by_proxied, "{url}");
        }
    }

    /// The outcome of fetching at most 1,000 bytes from a server that sends `head`, then bytes without
    /// end.
    async fn fetch(head: &'static str) -> Result<Vec<u8>, FetchError> {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let serving = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await?;
            // The request is one packet.
            let _ = stream.read(&mut [0; 4_096]).await?;
            stream.write_all(head.as_bytes()).await?;
            // Until the other side has enough.
            loop {
                stream.write_all(&[b'x'; 512]).await?;
            }
            #[expect(unreachable_code, reason = "gives the block its type")]
            Ok::<(), std::io::Error>(())
        });
        let attachments = Attachments::new(Some(&base)).expect("a client");
        let url = format!("{base}/a.toml");
        let fetched = timeout(Duration::from_secs(30), attachments.fetch(&url, 1_000)).await;
        serving.abort();
        fetched.expect("it ends")
    }

    #[tokio::test]
    async fn no_more_than_allowed_is_read_and_redirects_are_not_followed() {
        let small = fetch("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n").await;
        assert_eq!(small.expect("small").len(), 100);
        for endless in [
            "HTTP/1.1 200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n",
        ] {
            let fetched = fetch(endless).await;
            assert!(
                matches!(fetched, Err(FetchError::Large(1_000))),
                "{fetched:?}"
            );
        }
        let elsewhere = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1/\r\n\r\n";
        assert!(matches!(fetch(elsewhere).await, Err(FetchError::Foreign)));
        let missing = "HTTP/1.1 404 Not Found\r\n\r\n";
        assert!(matches!(fetch(missing).await, Err(FetchError::Failed(_))));
    }
}
