//! A list that is read page by page.

use crate::reference::error::Error;

/// How it is read, and where its reading stands.
#[derive(Clone, Debug)]
pub struct Paging {
    style: String,
    parameter: String,
    size_parameter: String,
    /// Items of a page, if that is known.
    size: Option<u64>,
    at: u64,
    last_next: Option<String>,
    over: bool,
}

/// How a policy has pages.
#[derive(Clone, Debug)]
pub struct Pages {
    /// By number, offset, cursor or link.
    pub style: String,
    /// Of the page.
    pub parameter: String,
    /// Of the size.
    pub size_parameter: String,
    /// Where nothing else is said.
    pub default_size: Option<u64>,
    /// The most.
    pub max_size: Option<u64>,
    /// The number of the first page.
    pub first: u64,
}

impl Pages {
    /// At the first page.
    ///
    /// # Errors
    /// [`Error::PageSizeOutOfRange`] for a size of 0, above the most, or without a parameter.
    pub fn start(&self, size: Option<u64>) -> Result<Paging, Error> {
        if let Some(size) = size {
            let too_large = self.max_size.is_some_and(|most| size > most);
            if size == 0 || too_large || self.size_parameter.is_empty() {
                return Err(Error::PageSizeOutOfRange);
            }
        }
        Ok(Paging {
            style: self.style.clone(),
            parameter: self.parameter.clone(),
            size_parameter: self.size_parameter.clone(),
            size: size.or(self.default_size),
            at: if self.style == "number" { self.first } else { 0 },
            last_next: None,
            over: false,
        })
    }
}

impl Paging {
    /// What to ask with: the size, and the page.
    pub fn query(&self) -> String {
        let size = match self.size {
            Some(size) if !self.size_parameter.is_empty() => {
                format!("{}={size}", self.size_parameter)
            }
            _ => "-".to_owned(),
        };
        let page = match self.style.as_str() {
            "number" | "offset" => format!("{}={}", self.parameter, self.at),
            "cursor" => format!("{}=", self.parameter),
            _ => "-".to_owned(),
        };
        format!("{size} {page}")
    }

    /// Whether there is another page.
    pub fn answered(&mut self, items: u64, more: Option<bool>, next: Option<&str>) -> bool {
        let counted = self.style == "number" || self.style == "offset";
        let goes_on = if self.over || more == Some(false) {
            false
        } else if counted {
            match (more, self.size) {
                _ if items == 0 => false,
                (Some(_), _) | (None, None) => true,
                (None, Some(size)) => items >= size,
            }
        } else {
            match next.filter(|next| !next.is_empty()) {
                None => false,
                Some(next) => {
                    let again = self.last_next.as_deref() == Some(next);
                    self.last_next = Some(next.to_owned());
                    !again
                }
            }
        };
        self.at = self.at.saturating_add(if self.style == "number" { 1 } else { items });
        self.over = !goes_on;
        goes_on
    }
}
