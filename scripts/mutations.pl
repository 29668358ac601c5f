#!/usr/bin/env perl
# scripts/mutations.pl FILE …               lists what scripts/mutate may change: file, line, column, operator, old, new
# scripts/mutations.pl --apply FILE ID      changes FILE in place; ID is LINE:COLUMN:OPERATOR
# scripts/mutations.pl --switch FILE ID=N … changes FILE so that each is made only when the environment's MUTATION is its N;
#                                           prints the IDs of those for which it can be done
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

# The line with both the old and the new text, of which the process that runs chooses; undef where that is not possible.
sub switched {
    my ($line, $mask, $before, $change, $number) = @_;
    my ($at, $operator, $length, $new) = @$change;
    my $is = "mutation_is($number)";
    my $both = sub {  # of an expression: from, to
        my ($from, $to, $type) = @_;
        my $old = substr $line, $from, $to - $from;
        substr(my $changed = $old, $at - $from, $length, $new);
        return substr($line, 0, $from) . ($type ? "($is ? $type($changed) : $type($old))" : "($is ? ($changed) : ($old))")
            . substr $line, $to;
    };
    my $statement = 0;
    while ($mask =~ /\b(?:if|while) (?=\()/g) {
        my $open = pos $mask;
        my $end = closing($mask, $open);
        return undef if $end < 0;
        my $semicolon = rindex substr($mask, 0, $end), '; ';
        my $from = $semicolon > $open ? $semicolon + 2 : $open + 1;
        $from = $open + 1 if $from < $open + 1;
        return $both->($from, $end, 'static_cast<bool>') if $at >= $from && $at + $length <= $end;
        return undef if $at < $end;
        $statement = $end + 1;
    }
    if ($mask =~ /\bfor (?=\()/) {
        my $open = $+[0];
        my $end = closing($mask, $open);
        return undef if $end < 0;
        if ($at < $end) {
            my ($first, $second) = (index($mask, '; ', $open), rindex(substr($mask, 0, $end), '; '));
            return undef if $first < 0 || $first == $second;
            return $both->($first + 2, $second, 'static_cast<bool>') if $at >= $first + 2 && $at < $second;
            return undef;
        }
        $statement = $end + 1;
    }
    # A statement of its own: the line before ends one, or begins a block or a branch.
    return undef unless $statement || $before =~ /(?:^|[;{}:]|\)|\belse)\s*$/;
    return undef unless $mask =~ /;\s*$/;
    my $rest = substr $line, $statement;
    my ($space) = $rest =~ /^(\s*)/;
    $statement += length $space;
    $rest = substr $line, $statement;
    return undef unless $at >= $statement && closing_all(substr $mask, $statement) && $rest !~ /[{}]\s*$/;
    substr(my $changed = $rest, $at - $statement, $length, $new);
    s{//.*$}{} for $rest, $changed;
    my $head = substr $line, 0, $statement;
    return "$head\{ if ($is) $changed $rest }" if $rest =~ /^return\b/;
    # A declaration: what it is set to.
    if ($rest =~ /^(?!constexpr)(?:static |const |auto |[\w:]+(?:<[^=;]*>)?[&*]* )+\w+ = /) {
        my $from = $statement + $+[0];
        my ($before_semicolon) = $mask =~ /^(.*);\s*$/;
        return $at < $from ? undef : $both->($from, length $before_semicolon, '');
    }
    return undef if $rest =~ /^(?:static|const|constexpr|using|auto|case|default|break|continue|throw|else|do)\b/;
    return undef unless $rest =~ /^(?:\(void\))?[\w:.>*\[(+-]/;
    return "$head\{ if ($is) { $changed } else { $rest } }";
}

if (@ARGV >= 2 && $ARGV[0] eq '--switch') {
    my (undef, $file, @wanted) = @ARGV;
    my @lines = lines_of($file);
    my @from = @lines;
    my ($raw, %mask);
    $mask{$_} = masked($from[$_], \$raw) for 0 .. $#from;
    for (@wanted) {
        my ($number, $column, $operator, $n) = /^(\d+):(\d+):(\w+)=(\d+)$/ or die "$_?\n";
        my $i = $number - 1;
        next if $lines[$i] ne $from[$i];  # one to a line
        for my $change (changes($from[$i], $mask{$i})) {
            next if $change->[0] != $column || $change->[1] ne $operator;
            my $before = $i > 0 ? $mask{$i - 1} =~ s{//.*$}{}r : '';
            my $line = switched($from[$i], $mask{$i}, $before, $change, $n);
            last unless defined $line;
            $lines[$i] = $line;
            print "$number:$column:$operator\n";
            last;
        }
    }
    open my $out, '>', $file or die "$file: $!\n";
    print {$out} "#include <cstdlib>\n#pragma GCC diagnostic ignored \"-Wreturn-type\"\n#ifndef MUTATION_IS\n#define MUTATION_IS\n",
        "inline bool mutation_is(int number) {\n",
        "  static const int chosen = std::getenv(\"MUTATION\") ? std::atoi(std::getenv(\"MUTATION\")) : 0;\n",
        "  return number == chosen;\n}\n#endif\n#line 1\n";
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
