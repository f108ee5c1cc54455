/* SPDX-License-Identifier: Apache-2.0 */
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaNormalization;

/** Reads lines of schema_pairs and writes what Avro's Java says of the same pairs. */
public class Differential {
  public static void main(String[] arguments) throws Exception {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(System.out, false, "UTF-8");
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] fields = line.split("\t", -1);
      try {
        out.println(answer(fields[0], fields[1]));
      } catch (RuntimeException e) {
        out.println("refused: " + e.toString().replaceAll("\\s+", " "));
      }
    }
    out.flush();
  }

  private static String answer(String readerText, String writerText) {
    Schema reader = new Schema.Parser().parse(readerText);
    Schema writer = new Schema.Parser().parse(writerText);
    String findings =
        SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
            .getResult().getIncompatibilities().stream()
            .map(found -> found.getType() + "@" + found.getLocation())
            .collect(Collectors.joining(" "));
    return String.join("\t", findings, reader.toString(),
        SchemaNormalization.toParsingForm(reader),
        String.format("%016x", SchemaNormalization.parsingFingerprint64(reader)));
  }
}
