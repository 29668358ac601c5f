#!/usr/bin/env perl
# scripts/mutations.pl FILE …               lists what scripts/mutate may change: file, line, column, operator, old, new
# scripts/mutations.pl --apply FILE ID      changes FILE in place; ID is LINE:COLUMN:OPERATOR
#
# Works on lines of C++, not on its grammar: what does not compile is not counted by scripts/mutate.
use strict;
use warnings;

my %opposite = ('<' => '>=', '<=' => '>', '>' => '<=', '>=' => '<', '==' => '!=', '!=' => '==');
my %boundary = ('<' => '<=', '<=' => '<', '>' => '>=', '>=' => '>');
my %exchange = ('&&' => '||', '||' => '&&', '+' => '-', '-' => '+', '*' => '/', '%' => '*', '+=' => '-=', '-=' => '+=');
my %word     = (true => 'false', false => 'true', max => 'min', min => 'max', front => 'back', back => 'front');

# Comments and the insides of texts become blanks, so that columns stay; $$raw: in a raw text, which goes on.
sub masked {
    my ($line, $raw) = @_;
    if ($$raw) {
        return ' ' x length $line if $line !~ /\)$$raw"/;
        $line =~ s/^(.*\)$$raw")/' ' x length $1/e;
        $$raw = undef;
    }
    if ($line =~ /R"(\w*)\((?!.*\)\1")/) {
        $$raw = $1;
        $line =~ s/(R"\w*\(.*)$/' ' x length $1/e;
    }
    $line =~ s/("(?:\\.|[^"\\])*")/'"' . ' ' x (length($1) - 2) . '"'/ge;
    $line =~ s/('(?:\\.|[^'\\])')/' ' x length $1/ge;
    $line =~ s{(//.*)$}{' ' x length $1}e;
    return $line;
}

# Where the parenthesis at $open ends; -1: not on this line.
sub closing {
    my ($text, $open) = @_;
    my $depth = 0;
    for my $i ($open .. length($text) - 1) {
        my $c = substr $text, $i, 1;
        $depth++ if $c eq '(';
        return $i if $c eq ')' && --$depth == 0;
    }
    return -1;
}

# [column, operator, length of the old text, new text] of every change to a line.
sub changes {
    my ($line, $mask) = @_;
    my @found;
    return @found if $mask =~ /^\s*(#|namespace\b|using\b|template\b|static_assert\b|class\b|struct\b|enum\b)/;
    while ($mask =~ /\b(?:if|while) (?=\()/g) {
        my $open = pos $mask;
        my $end = closing($mask, $open);
        next if $end < 0;
        my $from = $open + 1;
        my $semicolon = rindex substr($mask, 0, $end), '; ';
        $from = $semicolon + 2 if $semicolon > $open;
        my $condition = substr $line, $from, $end - $from;
        next if $condition =~ /^(?:const |auto )/;
        push @found, [$from, 'negate', length $condition, "!($condition)"];
        # What a condition does, such as a system call whose failure it looks for, is left out with it.
        push @found, [$from, 'never', length $condition, 'false'];
    }
    while ($mask =~ /(?<= )(<=?|>=?|[!=]=)(?= )/g) {
        my $at = $-[1];
        push @found, [$at, 'compare', length $1, $opposite{$1}];
        push @found, [$at, 'boundary', length $1, $boundary{$1}] if $boundary{$1};
    }
    while ($mask =~ /(?<= )(&&|\|\||\+=|-=|[-+*%])(?= )/g) { push @found, [$-[1], 'exchange', length $1, $exchange{$1}]; }
    while ($mask =~ /(?<![\w.'])(\d+)(?![\w.'])/g) { push @found, [$-[1], 'number', length $1, $1 + 1]; }
    while ($mask =~ /(?<![\w])(true|false|max|min|front|back)\b(?!_)/g) { push @found, [$-[1], 'word', length $1, $word{$1}]; }
    while ($mask =~ /(\+\+|--)/g) { push @found, [$-[1], 'count', 2, $1 eq '++' ? '--' : '++']; }
    while ($mask =~ /(?<=[ (])(!)(?=[\w(*])/g) { push @found, [$-[1], 'not', 1, '']; }
    # A whole statement on a line: a call, an assignment, a step.
    if ($mask =~ /^(\s*)((?:\(void\))?[\w:.>\[\]*-]+(?:\(.*\)| [-+|]?= [^{]*|\+\+)|(?:\+\+|--)[\w.>-]+);\s*$/) {
        my ($indent, $statement) = ($1, $2);
        push @found, [length $indent, 'remove', length($line) - length $indent, ';']
            if $statement !~ /^(?:return|if|for|while|case|using|goto|delete|static_assert)\b/
            && closing_all($statement);
    }
    return @found;
}

sub closing_all {
    my ($text) = @_;
    return ($text =~ tr/(//) == ($text =~ tr/)//) && ($text =~ tr/{//) == ($text =~ tr/}//);
}

sub lines_of {
    my ($file) = @_;
    open my $in, '<', $file or die "$file: $!\n";
    chomp(my @lines = <$in>);
    return @lines;
}

if (@ARGV == 3 && $ARGV[0] eq '--apply') {
    my (undef, $file, $id) = @ARGV;
    my ($number, $column, $operator) = split /:/, $id;
    my @lines = lines_of($file);
    my ($raw, $done);
    for my $i (0 .. $#lines) {
        my $mask = masked($lines[$i], \$raw);
        next if $i + 1 != $number;
        for my $change (changes($lines[$i], $mask)) {
            next if $change->[0] != $column || $change->[1] ne $operator;
            substr $lines[$i], $change->[0], $change->[2], $change->[3];
            $done = 1;
            last;
        }
    }
    die "$file: there is no $id\n" unless $done;
    open my $out, '>', $file or die "$file: $!\n";
    print {$out} "$_\n" for @lines;
    close $out or die "$file: $!\n";
    exit;
}

for my $file (@ARGV) {
    my @lines = lines_of($file);
    my $raw;
    for my $i (0 .. $#lines) {
        my $mask = masked($lines[$i], \$raw);
        for my $change (changes($lines[$i], $mask)) {
            my ($column, $operator, $length, $new) = @$change;
            my $after = $lines[$i];
            substr $after, $column, $length, $new;
            s/^\s+// for my ($old, $shown) = ($lines[$i], $after);
            print join("\t", $file, $i + 1, $column, $operator, $old, $shown), "\n";
        }
    }
}
