//! Tables of what a program may show: number, name, sentence, in one enum.

/// Makes an enum, its `ALL` list and its columns out of one table, so that they cannot disagree.
macro_rules! named {
    ($(#[$doc:meta])* $type:ident { $($number:literal $name:ident $text:literal $sentence:literal)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum $type {
            $(#[doc = $sentence] $name = $number,)*
        }

        impl $type {
            /// Every row, in the order of their numbers.
            pub const ALL: &'static [$type] = &[$($type::$name),*];

            /// The stable number, from 1.
            pub const fn number(self) -> u8 {
                match self { $($type::$name => $number,)* }
            }

            /// The name that every language shows.
            pub const fn name(self) -> &'static str {
                match self { $($type::$name => $text,)* }
            }

            /// The row with this number.
            pub const fn from_number(number: u8) -> Option<$type> {
                match number { $($number => Some($type::$name),)* _ => None }
            }

            /// The row with this name.
            pub fn parse(name: &str) -> Option<$type> {
                match name { $($text => Some($type::$name),)* _ => None }
            }
        }

        /// Its name.
        impl core::fmt::Display for $type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}
pub(crate) use named;
