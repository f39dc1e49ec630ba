package fastvit4j.model.checkpoint;

import fastvit4j.model.io.Text;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Reads a zip archive's directory, and refuses all that a reader could take in two ways.
 *
 * <pre>
 *   | local header, data | ... | central directory | zip64 end, its locator | end |
 *                                ^ one header an entry                       ^ to the last byte
 * </pre>
 *
 * <p>Entries are stored or deflated, not encrypted; names are relative, in UTF-8, without {@code
 * ..}, each there once; local headers say what the directory says; no two entries overlap.
 */
final class ZipDirectory {
  private static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt U32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong U64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final int LOCAL = 0x04034b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int END64 = 0x06064b50;
  private static final int LOCATOR64 = 0x07064b50;
  private static final int LOCAL_BYTES = 30;
  private static final int CENTRAL_BYTES = 46;
  private static final int END_BYTES = 22;
  private static final int END64_BYTES = 56;
  private static final int LOCATOR64_BYTES = 20;
  private static final int LONGEST_COMMENT = 0xffff;

  private static final int ENCRYPTED = 1 | 1 << 6 | 1 << 13;
  private static final int SIZES_FOLLOW = 1 << 3;
  private static final int STORED = 0;
  private static final int DEFLATED = 8;
  private static final int ZIP64_EXTRA = 1;
  private static final long IN_EXTRA = 0xffffffffL;

  /** About what an entry takes in Java's memory, besides its name. */
  private static final int MEMBER_COST = 1024;

  private final String file;
  private final MemorySegment bytes;
  private final Budget budget;

  ZipDirectory(String file, MemorySegment bytes, Budget budget) {
    this.file = file;
    this.bytes = bytes;
    this.budget = budget;
  }

  /** Where the central directory is, and how many headers it has. */
  private record Extent(long begin, long end, long count) {}

  /**
   * The entries by name, in the directory's order.
   *
   * @throws CheckpointException if anything is not as it should be
   */
  SequencedMap<String, ZipMember> read() {
    Extent extent = extent();
    SequencedMap<String, ZipMember> members = new LinkedHashMap<>();
    long at = extent.begin;
    while (at < extent.end) {
      if (extent.end - at < CENTRAL_BYTES || u32(at) != CENTRAL) {
        throw damaged("its directory has no header where one should be");
      }
      int nameBytes = u16(at + 28);
      int extraBytes = u16(at + 30);
      long next = at + CENTRAL_BYTES + nameBytes + extraBytes + u16(at + 32);
      if (next > extent.end) {
        throw damaged("its directory goes past its end");
      }
      ZipMember member = member(at, nameBytes, extraBytes, extent.begin);
      if (members.put(member.name(), member) != null) {
        throw damaged("it has two entries " + member.quoted());
      }
      at = next;
    }
    if (members.size() != extent.count) {
      throw damaged("its directory has another number of entries than it says");
    }
    requireNoOverlap(members.values());
    return members;
  }

  private Extent extent() {
    long end = findEnd();
    if (end >= LOCATOR64_BYTES && u32(end - LOCATOR64_BYTES) == LOCATOR64) {
      return extent64(end);
    }
    Extent extent =
        new Extent(unsigned(end + 16), unsigned(end + 16) + unsigned(end + 12), u16(end + 10));
    boolean split = u16(end + 4) != 0 || u16(end + 6) != 0 || u16(end + 8) != extent.count;
    return checked(extent, split, end);
  }

  private Extent extent64(long end) {
    long locator = end - LOCATOR64_BYTES;
    long end64 = u64(locator + 8);
    if (end64 < 0 || end64 != locator - END64_BYTES || u32(end64) != END64) {
      throw damaged("the end of its directory is not where it says");
    }
    long begin = u64(end64 + 48);
    long size = u64(end64 + 40);
    long count = u64(end64 + 32);
    boolean split =
        u32(end64 + 16) != 0
            || u32(end64 + 20) != 0
            || u64(end64 + 24) != count
            || u32(locator + 4) != 0;
    boolean contradicted =
        differs(unsigned(end + 16), begin, IN_EXTRA)
            || differs(unsigned(end + 12), size, IN_EXTRA)
            || differs(u16(end + 10), count, 0xffff);
    if (contradicted || begin < 0 || size < 0 || begin > end64 - size) {
      throw damaged("it says two things about its directory");
    }
    return checked(new Extent(begin, begin + size, count), split, end64);
  }

  private static boolean differs(long narrow, long wide, long elsewhere) {
    return narrow != elsewhere && narrow != wide;
  }

  private Extent checked(Extent extent, boolean split, long end) {
    if (split) {
      throw damaged("it is one part of a split archive");
    }
    if (extent.end != end) {
      throw damaged("its directory is not where it says");
    }
    return extent;
  }

  private long findEnd() {
    long size = bytes.byteSize();
    for (long at = size - END_BYTES; at >= Math.max(0, size - END_BYTES - LONGEST_COMMENT); at--) {
      if (u32(at) == END && at + END_BYTES + u16(at + 20) == size) {
        return at;
      }
    }
    throw damaged("its directory, at the end of the file, is missing");
  }

  private ZipMember member(long at, int nameBytes, int extraBytes, long directory) {
    budget.charge(MEMBER_COST + 3L * nameBytes, "the directory");
    String name = name(at + CENTRAL_BYTES, nameBytes);
    int flags = u16(at + 8);
    int method = u16(at + 10);
    if ((flags & ENCRYPTED) != 0) {
      throw refused(name, "is encrypted");
    }
    if (method != STORED && method != DEFLATED) {
      throw refused(name, "is compressed by method " + method + ", neither stored nor deflated");
    }
    long[] wide = {unsigned(at + 24), unsigned(at + 20), unsigned(at + 42)};
    widen(name, wide, at + CENTRAL_BYTES + nameBytes, extraBytes);
    long header = wide[2];
    if (header < 0 || wide[1] < 0 || wide[0] < 0 || header > directory - LOCAL_BYTES) {
      throw refused(name, "is not within the archive");
    }
    long data = header + LOCAL_BYTES + u16(header + 26) + u16(header + 28);
    ZipMember member =
        new ZipMember(name, method == DEFLATED, u32(at + 16), wide[1], wide[0], header, data);
    if (wide[1] > directory - data) {
      throw refused(name, "is not within the archive");
    }
    requireSame(member, flags, method, at + CENTRAL_BYTES, nameBytes);
    if (member.deflated()) {
      budget.charge(member.size(), "the entry " + member.quoted());
    } else if (member.size() != member.compressedSize()) {
      throw refused(name, "is stored, but in another number of bytes than it has");
    }
    return member;
  }

  /** Takes from the extra field the values that did not fit into 32 bits. */
  private void widen(String name, long[] values, long extra, int extraBytes) {
    long end = extra + extraBytes;
    for (long at = extra; at + 4 <= end; at += 4 + u16(at + 2)) {
      if (u16(at) == ZIP64_EXTRA) {
        long field = at + 4;
        long fieldEnd = Math.min(end, field + u16(at + 2));
        for (int i = 0; i < values.length; i++) {
          if (values[i] == IN_EXTRA && field + Long.BYTES <= fieldEnd) {
            values[i] = u64(field);
            field += Long.BYTES;
          }
        }
        return;
      }
    }
    if (Arrays.stream(values).anyMatch(value -> value == IN_EXTRA)) {
      throw refused(name, "says its size elsewhere, but nowhere");
    }
  }

  private void requireSame(
      ZipMember member, int flags, int method, long centralName, int nameBytes) {
    long header = member.header();
    boolean same =
        u32(header) == LOCAL
            && u16(header + 6) == flags
            && u16(header + 8) == method
            && u16(header + 26) == nameBytes
            && bytes
                    .asSlice(header + LOCAL_BYTES, nameBytes)
                    .mismatch(bytes.asSlice(centralName, nameBytes))
                < 0;
    if (same && (flags & SIZES_FOLLOW) == 0) {
      long[] sizes = {unsigned(header + 22), unsigned(header + 18)};
      // The extra field's length is not read again: the file may change meanwhile.
      long extra = header + LOCAL_BYTES + nameBytes;
      widen(member.name(), sizes, extra, Math.toIntExact(member.data() - extra));
      same =
          u32(header + 14) == member.crc()
              && sizes[0] == member.size()
              && sizes[1] == member.compressedSize();
    }
    if (!same) {
      throw refused(member.name(), "is described in two ways");
    }
  }

  private String name(long at, int length) {
    String name;
    try {
      name =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(bytes.asSlice(at, length).asByteBuffer())
              .toString();
    } catch (CharacterCodingException e) {
      throw damaged("it has an entry whose name is not UTF-8");
    }
    String path = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    boolean odd = name.chars().anyMatch(c -> c == '\\' || c < ' ');
    if (odd || List.of(path.split("/", -1)).stream().anyMatch(List.of("", ".", "..")::contains)) {
      throw refused(name, "has a name that leads elsewhere");
    }
    return name;
  }

  private void requireNoOverlap(Collection<ZipMember> members) {
    ZipMember before = null;
    for (ZipMember member :
        members.stream().sorted(Comparator.comparingLong(ZipMember::header)).toList()) {
      if (before != null && member.header() < before.end()) {
        throw refused(member.name(), "overlaps " + before.quoted());
      }
      before = member;
    }
  }

  private int u16(long at) {
    return Short.toUnsignedInt(bytes.get(U16, at));
  }

  private int u32(long at) {
    return bytes.get(U32, at);
  }

  private long unsigned(long at) {
    return Integer.toUnsignedLong(bytes.get(U32, at));
  }

  private long u64(long at) {
    return bytes.get(U64, at);
  }

  private CheckpointException refused(String name, String what) {
    return damaged("its entry " + Text.quote(name) + " " + what);
  }

  private CheckpointException damaged(String how) {
    return damaged(file, how);
  }

  static CheckpointException damaged(String file, String how) {
    return new CheckpointException(
        file, "is no intact zip archive: " + how + "; copy or download it again");
  }
}
