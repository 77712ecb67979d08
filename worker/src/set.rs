//! Sets and an order, small in code: `collect` and `sort` are compiled anew for every type, five kilobytes each.

use std::collections::BTreeSet;

/// A set of these.
pub(crate) fn set<T: Ord>(items: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    let mut set = BTreeSet::new();
    set.extend(items);
    set
}

/// Takes out those with the lowest keys until there are no more than `room`. For a few: it looks at all for each.
pub(crate) fn lowest<T, K: Ord>(all: &mut Vec<T>, room: usize, key: impl Fn(&T) -> K) -> Vec<T> {
    let mut taken = Vec::new();
    while all.len() > room {
        let lowest = (0..all.len()).min_by_key(|place| all.get(*place).map(&key));
        taken.extend(lowest.map(|place| all.remove(place)));
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_each_once() {
        assert_eq!(set([3, 1, 3]), BTreeSet::from([1, 3]));
        assert_eq!(set(Vec::<u8>::new()), BTreeSet::new());
    }

    #[test]
    fn the_lowest_go_first_and_only_as_many_as_have_no_room() {
        for (room, left, gone) in [
            (5, vec![4, 2, 9], vec![]),
            (3, vec![4, 2, 9], vec![]),
            (1, vec![9], vec![2, 4]),
            (0, vec![], vec![2, 4, 9]),
        ] {
            let mut all = vec![4, 2, 9];
            assert_eq!((lowest(&mut all, room, |number| *number), all), (gone, left), "{room}");
        }
    }
}
