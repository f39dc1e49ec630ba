package fastvit4j.emulator;

import java.lang.classfile.AttributedElement;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compares a class with the class of the same name in another jar: name, descriptor and modifiers
 * of everything public or protected, constants, checked exceptions, supertypes, and what
 * annotations say about themselves. The other class may have more of everything.
 */
final class ApiComparison {
  private static final int VISIBLE = ClassFile.ACC_PUBLIC | ClassFile.ACC_PROTECTED;
  private static final int CLASS_FLAGS =
      ClassFile.ACC_PUBLIC
          | ClassFile.ACC_FINAL
          | ClassFile.ACC_ABSTRACT
          | ClassFile.ACC_INTERFACE
          | ClassFile.ACC_ENUM
          | ClassFile.ACC_ANNOTATION;
  private static final int MEMBER_FLAGS =
      VISIBLE | ClassFile.ACC_STATIC | ClassFile.ACC_FINAL | ClassFile.ACC_ABSTRACT;

  private final Function<String, Optional<ClassModel>> others;
  private final List<String> differences = new ArrayList<>();

  /** A comparison with the classes that a function finds by their internal names. */
  ApiComparison(Function<String, Optional<ClassModel>> others) {
    this.others = others;
  }

  static boolean isPublic(ClassModel model) {
    return (model.flags().flagsMask() & ClassFile.ACC_PUBLIC) != 0;
  }

  /** What the other jar lacks or has otherwise, in words. */
  List<String> differences(ClassModel own) {
    differences.clear();
    String name = own.thisClass().asInternalName();
    Optional<ClassModel> other = others.apply(name);
    if (other.isEmpty()) {
      return List.of(name + ": no such class");
    }
    compare("modifiers", flags(own), flags(other.get()));
    compare("annotations", annotations(own), annotations(other.get()));
    Set<String> otherTypes = supertypes(other.get());
    supertypes(own).stream()
        .filter(type -> !otherTypes.contains(type))
        .filter(type -> !type.equals("java/lang/Record"))
        .forEach(type -> differences.add("is no " + type));
    own.methods().stream()
        .filter(m -> isComparable(m.flags().flagsMask()))
        .forEach(m -> method(m, other.get()));
    own.fields().stream()
        .filter(f -> isComparable(f.flags().flagsMask()))
        .forEach(f -> field(f, other.get()));
    return List.copyOf(differences);
  }

  private void compare(String what, Object own, Object other) {
    if (!Objects.equals(own, other)) {
      differences.add(what + ": " + own + " here, " + other + " there");
    }
  }

  private static boolean isComparable(int flags) {
    return (flags & VISIBLE) != 0 && (flags & ClassFile.ACC_SYNTHETIC) == 0;
  }

  private void method(MethodModel own, ClassModel other) {
    String name = own.methodName().stringValue() + own.methodType().stringValue();
    Optional<MethodModel> found =
        hierarchy(other)
            .flatMap(c -> c.methods().stream())
            .filter(m -> name.equals(m.methodName().stringValue() + m.methodType().stringValue()))
            .filter(m -> isComparable(m.flags().flagsMask()))
            .findFirst();
    if (found.isEmpty()) {
      differences.add(name + ": no such method");
      return;
    }
    int flags = MEMBER_FLAGS | ClassFile.ACC_VARARGS;
    compare(
        "modifiers of " + name,
        own.flags().flagsMask() & flags,
        found.get().flags().flagsMask() & flags);
    compare("exceptions of " + name, exceptions(own), exceptions(found.get()));
  }

  private void field(FieldModel own, ClassModel other) {
    String name = own.fieldName().stringValue() + " " + own.fieldType().stringValue();
    Optional<FieldModel> found =
        hierarchy(other)
            .flatMap(c -> c.fields().stream())
            .filter(
                f -> name.equals(f.fieldName().stringValue() + " " + f.fieldType().stringValue()))
            .findFirst();
    if (found.isEmpty()) {
      differences.add(name + ": no such field");
      return;
    }
    compare(
        "modifiers of " + name,
        own.flags().flagsMask() & MEMBER_FLAGS,
        found.get().flags().flagsMask() & MEMBER_FLAGS);
    compare("value of " + name, constant(own), constant(found.get()));
  }

  /** A constant's value becomes part of the classes that use it. */
  private static Object constant(FieldModel field) {
    return field
        .findAttribute(Attributes.constantValue())
        .map(c -> c.constant().constantValue())
        .orElse(null);
  }

  private static Set<String> exceptions(MethodModel method) {
    return method
        .findAttribute(Attributes.exceptions())
        .map(
            e ->
                e.exceptions().stream()
                    .map(c -> c.asInternalName())
                    .collect(Collectors.toCollection(TreeSet::new)))
        .orElseGet(TreeSet::new);
  }

  /** What is said about annotations, which decides where the compiler lets them stand. */
  private static Set<String> annotations(AttributedElement element) {
    return element
        .findAttribute(Attributes.runtimeVisibleAnnotations())
        .map(
            a ->
                a.annotations().stream()
                    .filter(x -> !x.className().stringValue().contains("FunctionalInterface"))
                    .filter(x -> x.className().stringValue().startsWith("Ljava/"))
                    .map(Object::toString)
                    .collect(Collectors.toCollection(TreeSet::new)))
        .orElseGet(TreeSet::new);
  }

  /** A nested class's own flags are in its InnerClasses attribute. */
  private static int flags(ClassModel model) {
    int flags =
        model
            .findAttribute(Attributes.innerClasses())
            .flatMap(
                a ->
                    a.classes().stream()
                        .filter(c -> c.innerClass().equals(model.thisClass()))
                        .map(c -> c.flagsMask() & (CLASS_FLAGS | ClassFile.ACC_STATIC))
                        .findFirst())
            .orElse(model.flags().flagsMask() & CLASS_FLAGS);
    return flags & (CLASS_FLAGS | ClassFile.ACC_STATIC);
  }

  private Set<String> supertypes(ClassModel model) {
    Set<String> types = new TreeSet<>();
    hierarchy(model)
        .forEach(
            c -> {
              c.superclass().ifPresent(s -> types.add(s.asInternalName()));
              c.interfaces().forEach(i -> types.add(i.asInternalName()));
            });
    return types;
  }

  /** A class and what it inherits from, as far as the other jar has it. */
  private Stream<ClassModel> hierarchy(ClassModel model) {
    Stream<ClassModel> above =
        Stream.concat(model.superclass().stream(), model.interfaces().stream())
            .flatMap(type -> others.apply(type.asInternalName()).stream())
            .flatMap(this::hierarchy);
    return Stream.concat(Stream.of(model), above);
  }
}
