//! Several threads that process the parts of a text, with results in the order of the text.

use std::collections::VecDeque;
use std::num::NonZero;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// More threads than this would wait for the one that reads.
const MOST: usize = 4;

/// The results that are to come.
pub(super) struct ThreadPool<'w, J, D> {
    /// Does a job where there is no thread for it.
    work: &'w dyn Fn(J) -> D,
    jobs: Option<SyncSender<(J, SyncSender<D>)>>,
    waiting: VecDeque<PendingResult<D>>,
    size: usize,
}

enum PendingResult<D> {
    Done(D),
    Later(Receiver<D>),
}

/// Runs `lead` with a pool that does `work`, one thread for each core; with a
/// single core without any.
pub(super) fn with_thread_pool<J: Send, D: Send, R>(
    work: &(dyn Fn(J) -> D + Sync),
    lead: impl FnOnce(&mut ThreadPool<'_, J, D>) -> R,
) -> R {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let (jobs, queue) = sync_channel::<(J, SyncSender<D>)>(MOST);
    let queue = Mutex::new(queue);
    thread::scope(|scope| {
        let hired = (0..cores.min(MOST)).filter(|_| {
            let run = || run(work, &queue);
            cores > 1 && thread::Builder::new().spawn_scoped(scope, run).is_ok()
        });
        let size = hired.count();
        lead(&mut ThreadPool {
            work,
            jobs: (size > 0).then_some(jobs),
            waiting: VecDeque::new(),
            size,
        })
    })
}

fn run<J, D>(work: &(dyn Fn(J) -> D + Sync), queue: &Mutex<Receiver<(J, SyncSender<D>)>>) {
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((job, reply)) = next else { return };
        // After an error nobody waits any more.
        let _ = reply.send(work(job));
    }
}

impl<J, D> ThreadPool<'_, J, D> {
    /// Has a job done.
    pub(super) fn send(&mut self, job: J) {
        let Some(jobs) = &self.jobs else {
            self.waiting
                .push_back(PendingResult::Done((self.work)(job)));
            return;
        };
        let (reply, later) = sync_channel(1);
        match jobs.send((job, reply)) {
            Ok(()) => self.waiting.push_back(PendingResult::Later(later)),
            Err(back) => {
                let done = (self.work)(back.0.0);
                self.waiting.push_back(PendingResult::Done(done));
            }
        }
    }

    /// Does a job at once.
    pub(super) fn work(&self, job: J) -> D {
        (self.work)(job)
    }

    /// Whether another job would only wait.
    pub(super) fn is_full(&self) -> bool {
        self.waiting.len() > self.size
    }

    /// The result of the job that was sent first; `None` when there is none to come.
    pub(super) fn next(&mut self) -> Option<D> {
        match self.waiting.pop_front()? {
            PendingResult::Done(done) => Some(done),
            PendingResult::Later(later) => later.recv().ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::with_thread_pool;

    #[test]
    fn results_come_in_order() {
        let square = |n: u64| {
            std::thread::sleep(std::time::Duration::from_millis(n % 3));
            n * n
        };
        let squares = with_thread_pool(&square, |pool| {
            let mut squares = Vec::new();
            for n in 0..50 {
                pool.send(n);
                while pool.is_full() {
                    squares.extend(pool.next());
                }
            }
            squares.extend(std::iter::from_fn(|| pool.next()));
            squares
        });
        assert_eq!(squares, (0..50).map(|n| n * n).collect::<Vec<_>>());
    }
}
