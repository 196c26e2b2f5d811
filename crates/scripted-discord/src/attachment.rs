/// A file that comes with a message or a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The file name.
    pub name: String,
    /// The bytes of the file.
    pub content: Vec<u8>,
}
