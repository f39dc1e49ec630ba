package fastvit4j.model.image;

import java.io.IOException;

/** A picture file whose header was read and whose pixels were not: one implementation a format. */
interface ImageFile {
  /** Columns as the header claims them. */
  long width();

  /** Rows as the header claims them. */
  long height();

  /** The EXIF orientation, 1 (upright) to 8. */
  default int orientation() {
    return Exif.UPRIGHT;
  }

  /**
   * The pixels as they are stored, before the orientation is applied.
   *
   * @throws IOException if the data is damaged; decoders may throw anything else as well
   */
  Picture decode() throws IOException;
}
