//! The pages of a list. A server may split a list into pages whatever is requested.

use std::collections::HashSet;

use super::body::Unusable;
use super::on_wire::ListMetadata;
use super::request::Request;

/// This many pages of the 500 objects that kubectl requests are more than etcd can hold.
const MOST: usize = 10_000;

/// The requests for one list, page by page as client-go makes them (`ListPager`, 0.37.1).
pub(super) struct Pages<'r> {
    list: &'r Request,
    /// How many objects a page may have; `None` for the server's choice.
    size: Option<u32>,
    next: Option<String>,
    /// The tokens of all pages so far.
    tokens: HashSet<String>,
}

impl<'r> Pages<'r> {
    pub(super) fn of(list: &'r Request, size: Option<u32>) -> Self {
        Self {
            list,
            size,
            next: None,
            tokens: HashSet::new(),
        }
    }

    /// The request for the next page.
    pub(super) fn request(&self) -> Request {
        let mut page = self.list.clone();
        if let Some(size) = self.size {
            page = page.with("limit", size.to_string());
        }
        if let Some(token) = &self.next {
            page = page.with("continue", token.clone());
        }
        page
    }

    /// Whether the first page has been read.
    pub(super) fn has_begun(&self) -> bool {
        self.next.is_some()
    }

    /// Whether there is a page after the one with this metadata.
    ///
    /// # Errors
    /// When the omitted items can't be read, or the pages never end.
    pub(super) fn go_on(&mut self, metadata: &ListMetadata) -> Result<bool, Unusable> {
        let Some(token) = metadata.next.as_deref().filter(|t| !t.is_empty()) else {
            return match metadata.remaining.filter(|left| *left > 0) {
                Some(left) => Err(Unusable::Problem(format!(
                    "it leaves out {left} objects and doesn't say how to get them"
                ))),
                None => Ok(false),
            };
        };
        if !self.tokens.insert(token.to_owned()) {
            let problem = "its pages don't end: a continue token comes again";
            return Err(Unusable::problem(problem));
        }
        if self.tokens.len() >= MOST {
            return Err(Unusable::Problem(format!(
                "it has more than {MOST} pages; ask for larger ones with `--chunk-size`"
            )));
        }
        self.next = Some(token.to_owned());
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::needs::Resource;

    #[test]
    fn pages_that_never_end() {
        let list = Resource::Nodes.list(None);
        let mut pages = Pages::of(&list, Some(1));
        for number in 1..MOST {
            let metadata = ListMetadata {
                next: Some(format!("after-{number}")),
                ..ListMetadata::default()
            };
            assert_eq!(pages.go_on(&metadata), Ok(true));
        }
        let target = pages.request().target();
        assert_eq!(target, "/api/v1/nodes?limit=1&continue=after-9999");
        let metadata = ListMetadata {
            next: Some("and-so-on".to_owned()),
            ..ListMetadata::default()
        };
        let problem = "it has more than 10000 pages; ask for larger ones with `--chunk-size`";
        assert_eq!(pages.go_on(&metadata), Err(Unusable::problem(problem)));
    }
}
