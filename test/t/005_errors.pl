# docs/errors.md, src/errcodes.h and the tests agree: every code of the ledger
# has one row in the table and one section, both in order, and every code is
# raised in a test.
use strict;
use warnings;

use FindBin;
use PostgreSQL::Test::Utils;
use Test::More;

my $top = "$FindBin::Bin/../..";

# What the code can raise.  MAKE_SQLSTATE takes five characters.
my (%name_of, @codes, %uses);
foreach my $line (split(/\n/, slurp_file("$top/src/errcodes.h")))
{
	next unless $line =~ /^#define\s+(ERRCODE_\w+)\s+MAKE_SQLSTATE\((.*)\)/;
	my ($name, $code) = ($1, join('', $2 =~ /'(.)'/g));

	ok(!exists $name_of{$code}, "$code is the code of one name");
	like($code, qr/^LC[0-9]{3}$/, "$name is of class LC");
	$name_of{$code} = $name;
	push @codes, $code;
}
ok(@codes > 40, 'src/errcodes.h has codes');
is("@codes", join(' ', sort @codes), 'src/errcodes.h has them in order');
my $sources = join("\n", map { slurp_file($_) } glob("$top/src/*.c"));
foreach my $code (@codes)
{
	like($sources, qr/\b$name_of{$code}\b/, "$code ($name_of{$code}) is raised by the code");
}

# What the documentation explains.
my $page = slurp_file("$top/docs/errors.md");
my @rows = $page =~ /^\| \[(LC[0-9]{3})\]\(#lc[0-9]{3}\) \|/mg;
my @anchors = $page =~ /^\| \[LC[0-9]{3}\]\(#(lc[0-9]{3})\) \|/mg;
my @headings = $page =~ /^### (LC[0-9]{3})$/mg;
is("@rows", "@codes", 'the table of docs/errors.md has a row for each code, in order');
is(uc("@anchors"), "@codes", 'and each row leads to its own section');
is("@headings", "@codes", 'docs/errors.md has a section for each code, in order');

# What the tests raise.
my $outputs =
  join("\n", map { slurp_file($_) } glob("$top/expected/*.out"), glob("$top/test/expected/*.out"));

# A section quotes messages, each of which a test raises for another case of
# the same kind, and says more than that.
foreach my $code (@codes)
{
	my ($section) = $page =~ /^### $code\n\n(.*?)(?=^##|\z)/ms;
	my @messages = ($section // '') =~ /^`([^`]+)`$/mg;
	my $text = ($section // '') =~ s/^`[^`]+`$//mgr;

	ok($outputs =~ /\b$code\b/, "$code is raised in a test");
	ok(@messages > 0, "$code: the section quotes a message");
	like($text, qr/\w.{20}/, "$code: the section says what it is about");
	foreach my $message (@messages)
	{
		my $case = quotemeta($message);

		$case =~ s/\\".*?\\"/".*"/g;
		$case =~ s/[0-9](?:[0-9]|\\-)*/[0-9-]+/g;
		$case =~ s/(for\\ this)\\ .*?(\\ because|$)/$1 .*$2/;
		$case =~ s/(by\\ this)\\ .*/$1 .*/;
		$case =~ s/(in\\ this)\\ .*/$1 .*/;
		ok($outputs =~ /$case/, "$code: a test raises \"$message\"");
	}
}

done_testing();
