//! Keeps what would be printed, for tests that draw one answer in many widths.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use super::document::Document;
use super::height::cut;
use super::render::{Fit, render};

/// Everything that an answer printed. Clones share it.
#[derive(Clone, Debug)]
pub struct Memory {
    fits: Vec<Fit>,
    stdout: Rc<RefCell<Vec<u8>>>,
    stderr: Rc<RefCell<Vec<u8>>>,
    drawn: Rc<RefCell<Vec<String>>>,
}

/// One of its streams.
pub(super) struct MemoryWriter(Rc<RefCell<Vec<u8>>>);

impl Memory {
    pub(super) fn new(fits: Vec<Fit>) -> Self {
        let drawn = vec![String::new(); fits.len()];
        Self {
            fits,
            stdout: Rc::default(),
            stderr: Rc::default(),
            drawn: Rc::new(RefCell::new(drawn)),
        }
    }

    pub(super) fn stdout(&self) -> MemoryWriter {
        MemoryWriter(Rc::clone(&self.stdout))
    }

    pub(super) fn stderr(&self) -> MemoryWriter {
        MemoryWriter(Rc::clone(&self.stderr))
    }

    pub(super) fn draw(&self, document: &Document) {
        for (fit, text) in self.fits.iter().zip(self.drawn.borrow_mut().iter_mut()) {
            text.push_str(&render(&cut(document, *fit), *fit));
        }
    }

    /// The documents in each of the requested widths, in order.
    #[must_use]
    pub fn drawings(&self) -> Vec<String> {
        self.drawn.borrow().clone()
    }

    /// What was printed unchanged: reports and names.
    #[must_use]
    pub fn printed(&self) -> String {
        String::from_utf8_lossy(&self.stdout.borrow()).into_owned()
    }

    /// What was printed to stderr.
    #[must_use]
    pub fn messages(&self) -> String {
        String::from_utf8_lossy(&self.stderr.borrow()).into_owned()
    }
}

impl Write for MemoryWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
